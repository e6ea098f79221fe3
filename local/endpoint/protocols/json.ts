import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../../kernel/failure';
import type { WireResponse } from '../http';
import type { Codec, Model } from '../model';

export async function readJson(model: Model, schema: NormalizedSchema, bytes: Uint8Array): Promise<unknown> {
  return codecOf(model).createDeserializer().read(schema, bytes);
}

export function writeJson(model: Model, schema: NormalizedSchema, value: unknown): string | Uint8Array {
  const serializer = codecOf(model).createSerializer();
  serializer.write(schema, value);
  const written = serializer.flush();
  // The codec's own kind of bytes warns when something asks whether it is text.
  return typeof written === 'string' ? written : Buffer.from(written.buffer, written.byteOffset, written.byteLength);
}

function codecOf({ codec, service }: Model): Codec {
  if (!codec) throw new Error(`${service} does not speak JSON`);
  return codec;
}

/** Returns the error code that older clients of the Query protocol know. */
export function queryErrorHeader(model: Model, error: AwsError): Record<string, string> {
  if (!model.queryCompatible) return {};
  const modelled = model.errors.get(error.code);
  const fault = modelled?.fault ?? (error.status >= 500 ? 'Receiver' : 'Sender');
  return { 'x-amzn-query-error': `${modelled?.code ?? error.code};${fault}` };
}

/** An error in the shape the JSON protocols share. */
export function jsonRefusal(
  error: AwsError,
  answer: { requestId: string; status: number; contentType: string },
): WireResponse {
  return {
    status: answer.status,
    headers: {
      'x-amzn-requestid': answer.requestId,
      'x-amzn-errortype': error.code,
      'content-type': answer.contentType,
    },
    body: JSON.stringify({ __type: error.code, message: error.message, ...error.fields }),
  };
}
