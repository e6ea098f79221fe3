import { Readable } from 'node:stream';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../../kernel/failure';
import type { WireRequest, WireResponse } from '../http';
import type { Model, Operation } from '../model';
import type { Match, Protocol } from '../protocol';
import { readBinding, readPrefixHeaders, writeBinding } from './bindings';
import { jsonRefusal, readJson, writeJson } from './json';
import { Routes } from './routes';
import { readXml, xmlDocument, xmlElement, xmlMembers, xmlText } from './xml';

type Body = WireResponse['body'];

/** REST-JSON and REST-XML: members are bound to the path, the query, the headers and the body. */
export class Rest implements Protocol {
  private readonly routes: Routes;
  private readonly xml: boolean;

  constructor(private readonly model: Model) {
    this.routes = new Routes(model);
    this.xml = model.protocol === 'restXml';
  }

  match(request: WireRequest): { name: string; match?: Match } {
    const match = this.routes.find(request);
    return { name: match?.operation.name ?? `${request.method} ${request.path}`, match };
  }

  async read({ operation, labels }: Match, request: WireRequest): Promise<Record<string, unknown>> {
    const input: Record<string, unknown> = {};
    if (operation.input.isUnitSchema()) return input;
    const inBody: string[] = [];
    for (const [name, member] of operation.input.structIterator()) {
      const traits = member.getMergedTraits();
      const set = (value: unknown) => {
        if (value !== undefined) input[name] = value;
      };
      if (traits.httpLabel) set(readBinding(member, [labels[name] ?? '']));
      else if (traits.httpQuery) set(readBinding(member, request.query.getAll(traits.httpQuery)));
      else if (traits.httpHeader)
        set(readBinding(member, headerValues(member, request.headers[traits.httpHeader.toLowerCase()])));
      else if (typeof traits.httpPrefixHeaders === 'string')
        set(readPrefixHeaders(traits.httpPrefixHeaders, request.headers));
      else if (traits.httpPayload) set(await this.readPayload(member, request));
      else inBody.push(name);
    }
    if (inBody.length && request.body.length) {
      const all = (await this.decode(operation.input, request.body)) as Record<string, unknown>;
      for (const name of inBody) if (all[name] !== undefined && all[name] !== null) input[name] = all[name];
    }
    return input;
  }

  write(operation: Operation, output: Readonly<Record<string, unknown>>, requestId: string): WireResponse {
    const headers: Record<string, string> = { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId };
    let status = operation.http?.status ?? 200;
    let payload: Body | undefined;
    let hasBody = false;
    const inBody: Record<string, unknown> = {};
    if (operation.output.isUnitSchema()) return { status, headers, body: '' };
    for (const [name, member] of operation.output.structIterator()) {
      const traits = member.getMergedTraits();
      const value = output[name];
      if (traits.httpResponseCode) status = typeof value === 'number' ? value : status;
      else if (traits.httpHeader || typeof traits.httpPrefixHeaders === 'string') {
        if (value !== undefined && value !== null) writeBinding(member, value, headers);
      } else if (traits.httpPayload) {
        if (value !== undefined && value !== null) payload = this.writePayload(member, value);
      } else {
        hasBody = true;
        if (value !== undefined) inBody[name] = value;
      }
    }
    // HTTP requires this; the model does not mention it.
    if (headers['content-range']) status = 206;
    if (payload === undefined && !hasBody) return { status, headers, body: '' };
    headers['content-type'] ??= payload instanceof Readable ? 'binary/octet-stream' : this.contentType;
    return { status, headers, body: payload ?? this.writeBody(operation, inBody) };
  }

  refuse(error: AwsError, requestId: string): WireResponse {
    const status = this.model.errors.get(error.code)?.status ?? error.status;
    if (!this.xml) return jsonRefusal(error, { requestId, status, contentType: this.contentType });
    const fields = Object.entries(error.fields)
      .map(([name, value]) => `<${name}>${xmlText(String(value))}</${name}>`)
      .join('');
    return {
      status,
      headers: { 'x-amz-request-id': requestId, 'content-type': this.contentType },
      body: xmlDocument(
        `<Error><Code>${xmlText(error.code)}</Code><Message>${xmlText(error.message)}</Message>${fields}` +
          `<RequestId>${requestId}</RequestId><HostId>${requestId}</HostId></Error>`,
      ),
    };
  }

  private get contentType(): string {
    return this.xml ? 'application/xml' : 'application/json';
  }

  private async readPayload(member: NormalizedSchema, request: WireRequest): Promise<unknown> {
    if (member.isBlobSchema()) return request.stream ?? (request.body.length ? request.body : undefined);
    if (member.isStringSchema()) return request.body.toString('utf8');
    return request.body.length ? this.decode(member, request.body) : undefined;
  }

  private async decode(schema: NormalizedSchema, bytes: Uint8Array): Promise<unknown> {
    return this.xml ? readXml(this.model, schema, bytes) : readJson(this.model, schema, bytes);
  }

  private writePayload(member: NormalizedSchema, value: unknown): Body {
    if (member.isBlobSchema() || member.isStringSchema()) return value as Body;
    return this.xml ? xmlDocument(xmlElement(this.model, member, value)) : writeJson(this.model, member, value);
  }

  private writeBody({ name, output }: Operation, value: Readonly<Record<string, unknown>>): Body {
    if (!this.xml) return writeJson(this.model, output, value);
    const namespace = `xmlns="${this.model.xmlNamespace}"`;
    if (name === 'GetBucketLocation') {
      // S3 answers with the bare member (the trait s3UnwrappedXmlOutput, which the SDK's schemas leave out).
      const location = xmlText(String(value['LocationConstraint'] ?? ''));
      return xmlDocument(`<LocationConstraint ${namespace}>${location}</LocationConstraint>`);
    }
    const root = output.getMergedTraits().xmlName ?? output.getName();
    return xmlDocument(`<${root} ${namespace}>${xmlMembers(this.model, output, value)}</${root}>`);
  }
}

/** A list in a header is comma-separated; HTTP dates hold a comma themselves, and no list of ours holds dates. */
function headerValues(member: NormalizedSchema, value: string | undefined): string[] {
  if (value === undefined) return [];
  return member.isListSchema() ? value.split(',').map((item) => item.trim()) : [value];
}
