import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { damaged, Random } from '../../rig/random';
import { type Serving, serve } from '../endpoint/serving';

jest.setTimeout(60_000);

let serving: Serving;
let agent: Agent;
const notices: string[] = [];

beforeAll(async () => {
  serving = await serve();
  serving.room.bus.subscribe((event) => {
    if (event.type === 'notice') notices.push(event.message);
  });
  await new S3Client(serving.client()).send(new CreateBucketCommand({ Bucket: 'bucket' }));
  agent = new Agent({ keepAlive: true });
});
afterAll(async () => {
  agent.destroy();
  await serving.stop();
});

interface Sample {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const json = (target: string) => ({ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target });

/** Requests of every protocol that the endpoint reads. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  JSON: {
    service: 'ssm',
    method: 'POST',
    path: '/',
    headers: json('AmazonSSM.PutParameter'),
    body: '{"Name":"/a/b","Value":"1","Type":"String","Overwrite":true,"Tags":[{"Key":"a","Value":"b"}]}',
  },
  'JSON of another service': {
    service: 'logs',
    method: 'POST',
    path: '/',
    headers: json('Logs_20140328.FilterLogEvents'),
    body: '{"logGroupName":"a","logStreamNames":["b"],"filterPattern":"[a, b=1]","startTime":1,"limit":10}',
  },
  Query: {
    service: 'iam',
    method: 'POST',
    path: '/',
    headers: FORM,
    body: 'Action=CreateRole&Version=2010-05-08&RoleName=a&AssumeRolePolicyDocument=%7B%22Statement%22%3A%5B%5D%7D&Tags.member.1.Key=a&Tags.member.1.Value=b',
  },
  EC2: {
    service: 'ec2',
    method: 'POST',
    path: '/',
    headers: FORM,
    body: 'Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=a&Filter.1.Value.1=b&InstanceId.1=i-1&MaxResults=5',
  },
  'REST and XML': {
    service: 's3',
    method: 'POST',
    path: '/bucket/?delete=',
    body: '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a&amp;b</Key></Object><Quiet>true</Quiet></Delete>',
  },
  'a path of S3': {
    service: 's3',
    method: 'GET',
    path: '/bucket/a/b%20c/%C3%A9?list-type=2&prefix=x&max-keys=3',
    body: '',
  },
};

/** An answer's status; 0 if the connection was closed without one. */
interface Answer {
  readonly status: number;
  readonly body: string;
}

async function send({ service, method, path, headers = {}, body }: Sample, body2 = body): Promise<Answer> {
  const [pathname = '', search = ''] = path.split('?');
  const signer = new SignatureV4({
    service,
    region: 'eu-west-1',
    credentials: serving.identity.administrator(),
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
  const query = Object.fromEntries(new URLSearchParams(search));
  const { host } = new URL(serving.endpoint.url);
  const unsigned = { method, protocol: 'http:', hostname: '127.0.0.1', path: pathname, query };
  const signed = await signer.sign({ ...unsigned, headers: { ...headers, host }, body: body2 });
  return new Promise((resolve) => {
    const url = `${serving.endpoint.url}${path}`;
    let outgoing: ReturnType<typeof httpRequest>;
    try {
      outgoing = httpRequest(url, { method, headers: signed.headers, agent });
    } catch {
      // The client itself cannot send such a request.
      return resolve({ status: 400, body: '' });
    }
    outgoing.once('error', () => resolve({ status: 0, body: '' }));
    outgoing.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    outgoing.end(body2);
  });
}

/** Escapes what a request line cannot hold, and leaves all other escapes as they are. */
function printable(path: string): string {
  return [...Buffer.from(path)]
    .map((byte) =>
      byte > 0x20 && byte < 0x7f && byte !== 0x23
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
}

async function isAlive(): Promise<boolean> {
  const { status } = await send({ ...SAMPLES['JSON']!, headers: json('AmazonSSM.DescribeParameters') }, '{}');
  return status === 200;
}

test.each(Object.entries(SAMPLES))(
  '1,000 damaged requests are answered by AWS errors or by closed connections: %s',
  async (_protocol, sample) => {
    const random = new Random(20261128);
    const broken: unknown[] = [];
    for (let number = 0; number < 1000; number++) {
      const path = random.whole(0, 2) === 0 || sample.body === '' ? damaged(sample.path, random) : sample.path;
      const asked = { ...sample, path: path.startsWith('/') ? printable(path) : sample.path };
      const body = sample.body === '' ? '' : damaged(sample.body, random);
      const { status, body: answer } = await send(asked, body);
      if (status >= 500 && status !== 501) broken.push({ path: asked.path, body, status, answer });
    }
    expect(broken.slice(0, 3)).toEqual([]);
    expect(notices).toEqual([]);
    expect(await isAlive()).toBe(true);
  },
);

test('1,000 messages that are no HTTP are refused or closed', async () => {
  const random = new Random(20261129);
  const { port } = new URL(serving.endpoint.url);
  const text =
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
  for (let number = 0; number < 1000; number++) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined).once('close', () => resolve());
      socket.on('data', () => socket.destroy());
      socket.end(damaged(text, random));
    });
  }
  expect(await isAlive()).toBe(true);
});
