import type { AwsError } from '../../kernel/failure';
import type { WireRequest, WireResponse } from '../http';
import type { Model, Operation } from '../model';
import type { Match, Protocol } from '../protocol';
import { jsonRefusal, queryErrorHeader, readJson, writeJson } from './json';

/** AWS JSON 1.0 and 1.1: `X-Amz-Target: PREFIX.Operation`, one JSON object each way. */
export class JsonRpc implements Protocol {
  private readonly contentType: string;

  constructor(private readonly model: Model) {
    this.contentType = `application/x-amz-json-${model.protocol === 'awsJson1_0' ? '1.0' : '1.1'}`;
  }

  match(request: WireRequest): { name: string; match?: Match } {
    const name = request.headers['x-amz-target']?.split('.').pop() ?? '';
    const operation = this.model.operations.get(name);
    return { name, match: operation && { operation, labels: {} } };
  }

  async read({ operation }: Match, request: WireRequest): Promise<Record<string, unknown>> {
    if (operation.input.isUnitSchema() || !request.body.length) return {};
    return (await readJson(this.model, operation.input, request.body)) as Record<string, unknown>;
  }

  write(operation: Operation, output: Readonly<Record<string, unknown>>, requestId: string): WireResponse {
    const headers = { 'x-amzn-requestid': requestId, 'content-type': this.contentType };
    if (operation.output.isUnitSchema()) return { status: 200, headers, body: '' };
    return { status: 200, headers, body: writeJson(this.model, operation.output, output) };
  }

  refuse(error: AwsError, requestId: string): WireResponse {
    const refusal = jsonRefusal(error, { requestId, status: error.status, contentType: this.contentType });
    Object.assign(refusal.headers, queryErrorHeader(this.model, error));
    return refusal;
  }
}
