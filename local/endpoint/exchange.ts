import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { AwsError, messageOf, NotSupportedLocally, UserMistake } from '../kernel/failure';
import { authenticate, type KnownKey, keyOf } from './authentication';
import { checkedBody } from './body';
import { isChunked, unchunk } from './chunked';
import type { Call } from './handlers';
import { readBody, requestHead, send, type WireRequest, type WireResponse } from './http';
import type { EndpointOptions } from './options';
import { jsonRefusal } from './protocols/json';
import { Service, type ServiceDefinition, takesStream } from './service';
import { type Signature, signatureOf } from './signature';
import { refuseUnsigned } from './unsigned';

type Head = Omit<WireRequest, 'body'>;

interface Asked {
  readonly service: Service;
  readonly signature: Signature;
  readonly key: KnownKey;
  readonly request: WireRequest;
  readonly requestId: string;
}

/** Takes a request from the socket to the handler of its operation, and the answer back. */
export class Exchange {
  private readonly services = new Map<string, Promise<Service>>();

  constructor(private readonly options: EndpointOptions) {}

  /** Never rejects: an error is sent to the client, or to the bus if the client has disconnected. */
  async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const head = requestHead(message);
      const signature = signatureOf(head);
      const route = !signature && this.options.routes?.find(({ prefix }) => head.path.startsWith(prefix));
      if (route) await route.handle(message, response);
      else await send(response, await this.serve(head, signature, message));
    } catch (error) {
      // A client that went away is its own affair; a broken answer is ours.
      if (!hasLeft(message)) this.report(`an answer could not be sent: ${messageOf(error)}`);
      response.destroy();
    }
  }

  private async serve(head: Head, signature: Signature | undefined, message: IncomingMessage): Promise<WireResponse> {
    const requestId = this.options.ids.uuid();
    if (!signature) return refuseUnsigned(head, requestId);
    const { services } = this.options;
    // A name such as `constructor` is no service.
    const definition = Object.hasOwn(services, signature.service) ? services[signature.service] : undefined;
    if (!definition) {
      const error = new NotSupportedLocally(`The service ${signature.service}`);
      return jsonRefusal(error, { requestId, status: error.status, contentType: 'application/json' });
    }
    const service = await this.load(signature.service, definition);
    try {
      const { credentials: lookup, clock, largestSkew } = this.options;
      // Before anything of the body is kept: a stranger's bodies would fill the memory.
      const key = keyOf(signature, { protocol: service.model.protocol, lookup, clock, largestSkew });
      const request = await this.receive(service, head, message);
      return await this.dispatch({ service, signature, key, request, requestId });
    } catch (error) {
      if (!(error instanceof AwsError || error instanceof UserMistake) && !hasLeft(message)) {
        const trace = error instanceof Error ? error.stack : messageOf(error);
        this.report(`${signature.service}: ${head.method} ${head.path} failed: ${trace}`);
      }
      return service.protocolFor(head).refuse(asRefusal(error), requestId);
    }
  }

  private async dispatch({ service, signature, key, request, requestId }: Asked): Promise<WireResponse> {
    const { scope } = this.options;
    const principal = authenticate(request, signature, { key, protocol: service.model.protocol });
    const match = service.match(request);
    const call: Call = {
      requestId,
      principal,
      scope: scope({ principal, region: signature.region, service: signature.service }),
      service: signature.service,
      operation: match.operation.name,
    };
    return service.answer(match, request, call);
  }

  /** Reads the body, or leaves it to the handler if the operation accepts a stream. */
  private async receive(service: Service, head: Head, message: IncomingMessage): Promise<WireRequest> {
    const empty = { ...head, body: Buffer.alloc(0) };
    const { match } =
      service.model.protocol === 'restXml' ? service.protocolFor(head).match(empty) : { match: undefined };
    if (match && takesStream(match)) {
      return { ...empty, stream: Readable.from(checkedBody(message, head.headers), { objectMode: false }) };
    }
    return { ...head, body: await readBody(isChunked(head.headers) ? unchunk(message) : message) };
  }

  private load(name: string, definition: ServiceDefinition): Promise<Service> {
    let loaded = this.services.get(name);
    if (!loaded) {
      loaded = Service.load(definition);
      this.services.set(name, loaded);
    }
    return loaded;
  }

  private report(message: string): void {
    this.options.bus.emit({ type: 'notice', level: 'error', message });
  }
}

/** Converts an error into a refusal. Any error but a refusal is a bug of ours, or a person's mistake in the request. */
function asRefusal(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof UserMistake) return new AwsError('ValidationException', error.message);
  return new AwsError('InternalFailure', messageOf(error), 500);
}

/** True if the client closed the connection before it had sent all, or before it had the answer. */
const hasLeft = (message: IncomingMessage) => message.socket.destroyed || (message.destroyed && !message.complete);
