import { CborCodec, cbor } from '@smithy/core/cbor';
import type { AwsError } from '../../kernel/failure';
import type { WireRequest, WireResponse } from '../http';
import type { Model, Operation } from '../model';
import type { Match, Protocol } from '../protocol';
import { queryErrorHeader } from './json';

/** Smithy RPC v2 CBOR: `POST /service/NAME/operation/OPERATION`, one CBOR map each way. */
export class Cbor implements Protocol {
  private readonly codec = new CborCodec();

  constructor(private readonly model: Model) {}

  match(request: WireRequest): { name: string; match?: Match } {
    const name = /^\/service\/[^/]+\/operation\/(\w+)$/.exec(request.path)?.[1] ?? '';
    const operation = this.model.operations.get(name);
    return { name, match: operation && { operation, labels: {} } };
  }

  async read({ operation }: Match, request: WireRequest): Promise<Record<string, unknown>> {
    if (operation.input.isUnitSchema() || !request.body.length) return {};
    return this.codec.createDeserializer().read(operation.input, request.body) as Record<string, unknown>;
  }

  write(operation: Operation, output: Readonly<Record<string, unknown>>, requestId: string): WireResponse {
    if (operation.output.isUnitSchema())
      return { status: 200, headers: headersOf(requestId), body: cbor.serialize({}) };
    const serializer = this.codec.createSerializer();
    serializer.write(operation.output, output);
    return { status: 200, headers: headersOf(requestId), body: copyOf(serializer.flush()) };
  }

  refuse(error: AwsError, requestId: string): WireResponse {
    const body = copyOf(cbor.serialize({ __type: error.code, message: error.message, ...error.fields }));
    const headers = { ...headersOf(requestId), ...queryErrorHeader(this.model, error) };
    return { status: error.status, headers, body };
  }
}

function headersOf(requestId: string): Record<string, string> {
  return { 'x-amzn-requestid': requestId, 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
}

/** The codec writes into a buffer that it uses again. */
function copyOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes);
}
