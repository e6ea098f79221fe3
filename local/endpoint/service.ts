import { AwsError, NotSupportedLocally } from '../kernel/failure';
import type { Call, Handlers } from './handlers';
import type { WireRequest, WireResponse } from './http';
import { type Model, modelOf } from './model';
import type { Match, Protocol } from './protocol';
import { Cbor } from './protocols/cbor';
import { JsonRpc } from './protocols/json-rpc';
import { Query } from './protocols/query';
import { Rest } from './protocols/rest';
import { missingMember } from './validation';

type Handler = (input: Record<string, unknown>, call: Call) => unknown;

/** A service that the endpoint answers for: its SDK client, which knows the wire, and the operations done here. */
export interface ServiceDefinition {
  /** Imports the client module. Called once, on the first request: some are large (EC2's takes 0.3 s and 50 MB). */
  load(): Promise<object>;
  readonly handlers: Readonly<Record<string, Handler>>;
}

/** `service(() => import('@aws-sdk/client-ssm'), ssmOperations(parameters))`, its handlers checked against the client. */
export function service<M extends object>(load: () => Promise<M>, handlers: Handlers<M>): ServiceDefinition {
  return { load, handlers: handlers as unknown as Readonly<Record<string, Handler>> };
}

/** A service with its client module. */
export class Service {
  /** The first one that it speaks. */
  readonly protocol: Protocol;
  /** Additional protocols of a service that once used Query. */
  private readonly further: Readonly<{ query: Protocol; cbor: Protocol }> | undefined;

  private constructor(
    private readonly definition: ServiceDefinition,
    readonly model: Model,
  ) {
    this.protocol = protocolOf(model);
    this.further = model.queryCompatible ? { query: new Query(model), cbor: new Cbor(model) } : undefined;
  }

  static async load(definition: ServiceDefinition): Promise<Service> {
    const model = modelOf(await definition.load());
    return new Service(definition, model);
  }

  /** Returns the protocol of a request; the service's first one if it does not support that. */
  protocolFor({ headers, query }: Pick<WireRequest, 'headers' | 'query'>): Protocol {
    if (isCbor(headers)) return this.further?.cbor ?? this.protocol;
    const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') || query.has('Action');
    return (isForm && this.further?.query) || this.protocol;
  }

  /** Returns the operation of a request. Throws if this service has no such operation. */
  match(request: WireRequest): Match {
    if (isCbor(request.headers) && !this.further) {
      throw new NotSupportedLocally(`The protocol Smithy RPC v2 CBOR for ${this.model.service}`);
    }
    const { name, match } = this.protocolFor(request).match(request);
    if (match) return match;
    const code = /Json/i.test(this.model.protocol) ? 'UnknownOperationException' : 'InvalidAction';
    throw new AwsError(code, `${this.model.service} has no operation ${name || '(none named)'}.`);
  }

  /** Executes the operation and returns the answer. Throws the refusal. */
  async answer(match: Match, request: WireRequest, call: Call): Promise<WireResponse> {
    const handler = this.definition.handlers[match.operation.name];
    if (!handler) throw new NotSupportedLocally(`${this.model.service}.${match.operation.name}`);
    const input = await this.read(match, request);
    const missing = missingMember(match.operation.input, input);
    if (missing) throw missingParameter(this.model, missing);
    const output = ((await handler(input, call)) ?? {}) as Record<string, unknown>;
    return this.protocolFor(request).write(match.operation, output, call.requestId);
  }

  private async read(match: Match, request: WireRequest): Promise<Record<string, unknown>> {
    try {
      return await this.protocolFor(request).read(match, request);
    } catch (error) {
      throw new AwsError('SerializationException', `The request cannot be read: ${(error as Error).message}`);
    }
  }
}

function isCbor(headers: WireRequest['headers']): boolean {
  return headers['smithy-protocol'] === 'rpc-v2-cbor';
}

function missingParameter(model: Model, path: string): AwsError {
  if (model.protocol === 'ec2Query') {
    const name = path.charAt(0).toUpperCase() + path.slice(1);
    return new AwsError('MissingParameter', `The request must contain the parameter ${name}`);
  }
  const code = model.protocol === 'awsQuery' ? 'ValidationError' : 'ValidationException';
  return new AwsError(
    code,
    `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  );
}

/** The protocol a service speaks. */
function protocolOf(model: Model): Protocol {
  switch (model.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return new JsonRpc(model);
    case 'awsQuery':
    case 'ec2Query':
      return new Query(model);
    case 'restJson1':
    case 'restXml':
      return new Rest(model);
  }
}

/** True if the operation's body is a stream that its handler reads itself. */
export function takesStream({ operation }: Match): boolean {
  if (operation.input.isUnitSchema()) return false;
  for (const [, member] of operation.input.structIterator()) {
    if (member.getMergedTraits().httpPayload && member.isBlobSchema() && member.isStreaming()) return true;
  }
  return false;
}
