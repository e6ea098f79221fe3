import { Readable } from 'node:stream';
import { HttpResponse } from '@smithy/core/protocols';
import type { WireRequest } from '../../../local/endpoint/http';
import type { Operation } from '../../../local/endpoint/model';
import { Service } from '../../../local/endpoint/service';
import { comparable, difference, Samples } from './sample';

/** Event streams are not written: the operations that answer with one are refused by name. */
const EVENTS = 'an event stream';

/** Every client whose service is served, with its operations that are known not to come through, and why. */
const CLIENTS: Readonly<Record<string, { client: string; exceptions?: Readonly<Record<string, string>> }>> = {
  'auto-scaling': { client: 'AutoScaling' },
  cloudformation: { client: 'CloudFormation' },
  'cloudwatch-logs': { client: 'CloudWatchLogs', exceptions: { GetLogObject: EVENTS, StartLiveTail: EVENTS } },
  codebuild: { client: 'CodeBuild' },
  codecommit: { client: 'CodeCommit' },
  codepipeline: { client: 'CodePipeline' },
  ec2: { client: 'EC2' },
  'elastic-load-balancing-v2': { client: 'ElasticLoadBalancingV2' },
  eventbridge: { client: 'EventBridge' },
  iam: { client: 'IAM' },
  imagebuilder: { client: 'Imagebuilder' },
  lambda: { client: 'Lambda', exceptions: { InvokeWithResponseStream: EVENTS } },
  s3: {
    client: 'S3',
    exceptions: {
      SelectObjectContent: EVENTS,
      // AWS tells these from others by the host name, which is 127.0.0.1 here.
      ListDirectoryBuckets: 'its request was taken for ListBuckets',
      WriteGetObjectResponse: 'request: s3 has no operation POST /WriteGetObjectResponse.',
    },
  },
  ssm: { client: 'SSM' },
  sts: { client: 'STS' },
};

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The client's half of the wire: what every SDK client carries in its configuration. */
interface SdkProtocol {
  serializeRequest(operation: object, input: object, context: object): Promise<SdkRequest>;
  deserializeResponse(operation: object, context: object, response: HttpResponse): Promise<object>;
}
type SdkClient = new (options: object) => { readonly config: object & { readonly protocol: SdkProtocol } };

describe.each(Object.entries(CLIENTS))('%s', (name, { client, exceptions = {} }) => {
  const sdk = jest.requireActual<Record<string, unknown>>(`@aws-sdk/client-${name}`);
  const { config } = new (sdk[`${client}Client`] as SdkClient)({
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    endpoint: 'http://x',
    forcePathStyle: true,
  });

  test('every operation arrives as the SDK sent it, and its answer is read by the SDK', async () => {
    const service = await Service.load({ load: async () => sdk, handlers: {} });
    const samples = new Samples();
    const failures: Record<string, string> = {};
    for (const operation of service.model.operations.values()) {
      const failed =
        (await requestFailure({ service, operation, config, samples })) ??
        (await responseFailure({ service, operation, config, samples }));
      if (failed) failures[operation.name] = failed;
    }
    expect(Object.keys(failures).length ? failures : {}).toEqual(exceptions);
  });
});

interface Case {
  readonly service: Service;
  readonly operation: Operation;
  readonly config: object & { readonly protocol: SdkProtocol };
  readonly samples: Samples;
}

async function requestFailure({ service, operation, config, samples }: Case): Promise<string | undefined> {
  const input = samples.of(operation.input);
  try {
    const endpoint = async () => ({ protocol: 'http:', hostname: 'x', path: '/', port: 80 });
    const sent = await config.protocol.serializeRequest(sdkOperation(operation), input, { ...config, endpoint });
    const bucket = service.model.service === 's3' ? input['Bucket'] : undefined;
    const request = received(sent, typeof bucket === 'string' ? `/${encodeURIComponent(bucket)}` : '');
    const match = service.match(request);
    if (match.operation.name !== operation.name) return `its request was taken for ${match.operation.name}`;
    const read = await service.protocol.read(match, request);
    const place = difference(comparable(input), comparable(read));
    return place && `request${place}`;
  } catch (error) {
    return `request: ${(error as Error).message}`;
  }
}

async function responseFailure({ service, operation, config, samples }: Case): Promise<string | undefined> {
  if (!operation.output.isUnitSchema() && operation.output.getEventStreamMember()) return EVENTS;
  const output = samples.of(operation.output);
  try {
    const answer = service.protocol.write(operation, output, 'request-id');
    if (answer.body instanceof Readable) return 'response: an unexpected stream';
    const response = new HttpResponse({
      statusCode: answer.status < 300 ? answer.status : 200,
      headers: answer.headers,
      body: isStreamed(operation) ? Readable.from([answer.body]) : plainBytes(answer.body),
    });
    const context = { ...config, streamCollector: async (body: Uint8Array) => body };
    const read = await config.protocol.deserializeResponse(sdkOperation(operation), context, response);
    const place = difference(comparable(output), comparable(read));
    return place && `response${place}`;
  } catch (error) {
    return `response: ${(error as Error).message}`;
  }
}

function isStreamed({ output }: Operation): boolean {
  return !output.isUnitSchema() && [...output.structIterator()].some(([, member]) => member.isStreaming());
}

/** The codec's own byte strings warn when they are taken for text. */
const plainBytes = (body: string | Uint8Array) =>
  typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);

/** An operation in the form the SDK's protocols take. */
function sdkOperation({ name, input, output, http }: Operation): object {
  const traits = http ? { http: [http.method, http.uri, http.status] } : {};
  return { namespace: '', name, traits, input, output };
}

function received(sent: SdkRequest, prefix: string): WireRequest {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(sent.query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) query.append(name, item ?? '');
  }
  const headers = Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    method: sent.method,
    path: prefix + sent.path,
    rawQuery: query.toString(),
    query,
    headers: Object.fromEntries(headers),
    body: plainBytes(sent.body ?? ''),
  };
}
