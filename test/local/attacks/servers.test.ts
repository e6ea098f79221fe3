import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { SystemClock } from '../../../local/kernel/clock';
import { metadataServer } from '../../../local/runtime/sandbox/metadata';
import { proxyServer } from '../../../local/runtime/sandbox/proxy';
import { damaged, Random } from '../../rig/random';
import { room } from '../../rig/room';

jest.setTimeout(60_000);

const { clock, ids } = room(new SystemClock());
const metadata = () =>
  metadataServer({
    clock,
    ids,
    source: {
      instanceId: 'i-1',
      imageId: 'ami-1',
      region: 'eu-west-1',
      accountId: '000000000000',
      availabilityZone: 'eu-west-1a',
      instanceType: 't4g.micro',
      architecture: 'arm64',
      privateIp: '10.0.0.10',
      launchTime: new Date(0),
      credentials: () => undefined,
      tags: () => undefined,
    },
  });

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Sends bytes, and resolves with the answer when the server has closed, or has answered. */
function send(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined).once('close', () => resolve(answer));
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk;
      socket.destroy();
    });
    socket.end(text);
  });
}

describe('the metadata service', () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = metadata();
    port = await listening(server);
  });
  afterAll(() => server.close());

  test.each(['http://[/', 'http://a:99999/', '//', '/%', 'http:', '/latest/\u00ff'])(
    'answers a request for what is no address: %s',
    async (address) => {
      expect(await send(port, `GET ${address} HTTP/1.1\r\nHost: a\r\n\r\n`)).toMatch(/^HTTP\/1.1 4\d\d |^$/);
    },
  );

  test('answers 1,000 damaged requests, or closes the connection, and goes on', async () => {
    const random = new Random(20261128);
    const request =
      'GET /latest/meta-data/instance-id?a=b HTTP/1.1\r\nHost: 169.254.169.254\r\nX-aws-ec2-metadata-token: abc\r\n\r\n';
    for (let number = 0; number < 1000; number++) {
      expect(await send(port, damaged(request, random))).toMatch(/^HTTP\/1.1 4\d\d |^$/);
    }
    const put = 'PUT /latest/api/token HTTP/1.1\r\nHost: a\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\n\r\n';
    expect(await send(port, put)).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe("a build's proxy", () => {
  let server: Server;
  let port: number;
  let host: Server;
  let requests = 0;
  beforeAll(async () => {
    server = proxyServer();
    port = await listening(server);
    host = createServer((_request, response) => {
      requests++;
      response.end();
    });
    await listening(host);
  });
  afterAll(() => {
    server.close();
    host.close();
  });

  test('answers 1,000 damaged requests, or closes the connection, and reaches nothing of this machine', async () => {
    const random = new Random(20261128);
    const target = `127.0.0.1:${(host.address() as AddressInfo).port}`;
    const samples = [
      `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`,
      `GET http://${target}/path HTTP/1.1\r\nHost: ${target}\r\nProxy-Authorization: Basic YTpi\r\n\r\n`,
      `POST http://${target}/ HTTP/1.1\r\nHost: ${target}\r\nContent-Length: 5\r\n\r\nhello`,
    ];
    for (let number = 0; number < 1000; number++) {
      // The target stays as it is, so that no other machine is asked.
      const [, before = '', after = ''] = /^(\S+ \S+)(.*)$/s.exec(random.pick(samples)) ?? [];
      expect(await send(port, before + damaged(after, random))).toMatch(/^HTTP\/1.1 [45]\d\d |^$/);
    }
    expect(requests).toBe(0);
    expect(await send(port, samples[1] ?? '')).toMatch(
      /^HTTP\/1.1 403 [\s\S]*127.0.0.1 is this machine, which a build cannot reach/,
    );
  });
});
