import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = (request: Readonly<Record<string, string>>) => object;

/** An error in the form of AWS's JSON protocols. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** AWS for the functions: services with JSON protocols, each operation answered by the test. */
export class FakeAws {
  /** Requests, in order. */
  readonly calls: { operation: string; request: Record<string, unknown> }[] = [];
  private readonly server: Server;

  constructor(private readonly answers: Record<string, Answer>) {
    this.server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      // Services that speak REST, as Image Builder does, have the operation in the path.
      const operation = String(request.headers['x-amz-target'] ?? request.url).replace(/^.*[./]/, '');
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, string>;
      this.calls.push({ operation, request: body });
      const [status, answer] = this.answer(operation, body);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    });
  }

  /** Listens, and points the SDK's clients here; call it before a function asks for the first time. */
  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
    });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private answer(operation: string, request: Record<string, string>): [number, object] {
    try {
      const answer = this.answers[operation];
      if (!answer) throw new Refusal('UnknownOperationException', operation);
      return [200, answer(request)];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return [400, { __type: error.code, message: error.message }];
    }
  }
}

/** Returns the event of a CodePipeline job, with credentials (A39). */
export function job(userParameters: unknown, continuationToken?: string): { 'CodePipeline.job': object } {
  const UserParameters = typeof userParameters === 'string' ? userParameters : JSON.stringify(userParameters);
  return {
    'CodePipeline.job': {
      id: '99999999-0000-0000-0000-000000000000',
      accountId: '000000000000',
      data: {
        actionConfiguration: { configuration: { FunctionName: 'f', UserParameters } },
        inputArtifacts: [],
        outputArtifacts: [],
        artifactCredentials: { accessKeyId: 'AKIASECRET', secretAccessKey: 'top-secret', sessionToken: 'token-secret' },
        ...(continuationToken === undefined ? {} : { continuationToken }),
      },
    },
  };
}
