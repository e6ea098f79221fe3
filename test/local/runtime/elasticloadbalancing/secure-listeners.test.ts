import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { SystemClock } from '../../../../local/kernel/clock';
import { dnsName, ElasticLoadBalancing } from '../../../../local/runtime/elasticloadbalancing/elastic-load-balancing';
import { DrivenClock } from '../../../rig/driven-clock';
import { type SecureBalancing, secureBalancing, toSecure } from './secure-balancing';

let at: SecureBalancing;
afterEach(() => at.stop());

const balancer = () => at.balancing.loadBalancers()[0]!;

describe('an HTTPS listener', () => {
  test('passes requests to a target, with the client’s protocol', async () => {
    at = await secureBalancing();
    const target = await at.join('i-1');
    const { localPort: port } = await at.secured();
    expect(await at.askSecurely({ port, path: '/a' })).toMatchObject({ status: 200, body: 'i-1' });
    expect(target.requests[0]!.headers).toMatchObject({
      'x-forwarded-proto': 'https',
      'x-forwarded-port': String(port),
      'x-forwarded-for': '127.0.0.1',
    });
  });

  test('accepts a complete body, and many requests on one connection', async () => {
    at = await secureBalancing();
    const target = await at.join('i-1');
    const connections = new Set<number | undefined>();
    target.handler = (request, response) => void request.pipe(response);
    const { localPort: port } = await at.secured();
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    agent.on('keylog', (_line, socket: tls.TLSSocket) => connections.add(socket.localPort));
    const body = 'x'.repeat(300_000);
    for (let n = 0; n < 3; n++) expect((await at.askSecurely({ port, method: 'POST', agent }, body)).body).toBe(body);
    agent.destroy();
    expect(connections.size).toBe(1);
  });

  test('is refused by a client that does not trust the local authority', async () => {
    at = await secureBalancing();
    const { localPort: port } = await at.secured();
    expect(await at.refusal({ port, ca: undefined })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await at.refusal({ port, servername: 'greeter.example' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('answers plain HTTP with an explanation, on its own port', async () => {
    at = await secureBalancing();
    await at.secured();
    const { localPort: port } = await at.secured({ port: 8443 });
    expect(port).not.toBe(balancer().port);
    expect(await at.get('/', { port })).toMatchObject({
      status: 400,
      body: expect.stringContaining('The plain HTTP request was sent to HTTPS port'),
    });
    expect(await at.refusal({ port })).toBe('answered 503');
  });

  test('answers bytes that only resemble TLS with nothing else', async () => {
    at = await secureBalancing();
    const { localPort } = await at.secured();
    const client = net.connect(localPort, '127.0.0.1', () => client.write('\x16GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    let answer = '';
    client.on('data', (data) => {
      answer += data;
    });
    await new Promise<void>((resolve) => client.once('close', () => resolve()));
    expect(answer).not.toContain('HTTP');
  });

  test('carries upgraded connections', async () => {
    at = await secureBalancing();
    const target = await at.join('i-1');
    target.onUpgrade((request, socket) => {
      const proto = request.headers['x-forwarded-proto'];
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\nX-Proto: ${proto}\r\n\r\n`,
      );
      socket.on('data', (data) => socket.write(`echo ${data}`));
    });
    const listener = await at.secured();
    const client = tls.connect({ port: listener.localPort, host: '127.0.0.1', ca: at.trusted() });
    client.write('GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    expect(await chunk(client)).toContain('X-Proto: https');
    client.write('one');
    expect(await chunk(client)).toBe('echo one');
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.on('error', () => {});
    await at.balancing.deleteListener(listener.arn);
    await closed;
  });

  test('serves on its port again after a restart, with a certificate of the same authority', async () => {
    at = await secureBalancing();
    const { localPort: port } = await at.secured();
    const ca = at.trusted();
    await at.balancing.stop();
    const again = new ElasticLoadBalancing(at.options);
    await again.recover();
    expect(await at.refusal({ port, ca })).toBe('answered 503');
    await again.stop();
  });

  test('lets requests in flight end when a target deregisters', async () => {
    at = await secureBalancing();
    const target = await at.join('i-1');
    const { localPort: port } = await at.secured();
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      target.handler = (_request, response) => {
        answer = () => response.end('late');
        resolve();
      };
    });
    const answered = at.askSecurely({ port });
    await asked;
    const left = at.balancing.targetGroups.deregister(at.groupArn, 'i-1');
    expect(at.balancing.targetGroups.health(at.groupArn, 'i-1')).toBe('draining');
    answer();
    expect((await answered).body).toBe('late');
    await left;
  });
});

describe('a load balancer with listeners on 80 and 443', () => {
  test('answers at its name on both, and redirects from one to the other', async () => {
    at = await secureBalancing({ action: () => toSecure });
    const { localPort } = await at.secured();
    expect(localPort).toBe(at.port);
    await at.join('i-1');
    const name = dnsName(balancer());
    const { status, headers } = await at.get('/old?a=1', { headers: { host: name } });
    expect({ status, location: headers.location }).toEqual({ status: 301, location: `https://${name}/old?a=1` });
    const { port, pathname, search } = new URL(headers.location ?? '');
    expect(await at.askSecurely({ port, path: pathname + search })).toMatchObject({ status: 200, body: 'i-1' });
  });

  test('redirects to the port that represents the other listener', async () => {
    at = await secureBalancing({ action: () => ({ ...toSecure, port: '8443', path: '/#{port}' }) });
    await at.secured();
    const { localPort } = await at.secured({ port: 8443 });
    const { headers } = await at.get('/');
    expect(headers.location).toBe(`https://127.0.0.1:${localPort}/80`);
  });

  test('keeps the port of another host in a redirect', async () => {
    at = await secureBalancing({ action: () => ({ ...toSecure, host: 'elsewhere.example' }) });
    await at.secured();
    expect((await at.get('/')).headers.location).toBe('https://elsewhere.example/');
  });

  test('disconnects a client that stays silent for a minute', async () => {
    const clock = new DrivenClock();
    at = await secureBalancing({ clock, action: () => toSecure });
    await at.secured();
    const client = net.connect(at.port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.resume();
    await new Promise<void>((resolve) => client.once('connect', () => resolve()));
    // The listener sees connections in the order in which they come: this one is there when the next is answered.
    await at.get('/');
    await clock.advance(60_000);
    await closed;
  });

  test('keeps its HTTP listener when the other is deleted', async () => {
    at = await secureBalancing({ action: () => ({ type: 'fixed-response', statusCode: 204 }) });
    const { arn } = await at.secured();
    await at.balancing.deleteListener(arn);
    expect((await at.get('/')).status).toBe(204);
    expect(await at.refusal({ port: at.port })).not.toContain('answered');
  });

  test('can get both concurrently', async () => {
    at = await secureBalancing();
    const made = await Promise.all([8443, 443, 9443].map((port) => at.secured({ port })));
    expect(new Set(made.map(({ localPort }) => localPort)).size).toBe(3);
  });
});

test('reports TLS requests and failed handshakes to CloudWatch', async () => {
  at = await secureBalancing({ clock: new SystemClock(600) });
  const target = await at.join('i-1');
  target.handler = (_request, response) => void response.writeHead(201).end();
  const { localPort: port } = await at.secured({ sslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06' });
  await at.askSecurely({ port });
  expect(await at.refusal({ port, maxVersion: 'TLSv1.2' })).toMatch(/^E/);
  const told = (name: string) => at.measured.find((metric) => metric.name === name);
  const all = () => ['RequestCount', 'HTTPCode_Target_2XX_Count', 'ClientTLSNegotiationErrorCount'].every(told);
  while (!all()) await new Promise((resolve) => setImmediate(resolve));
  expect(told('RequestCount')).toMatchObject({ values: [1], counts: [1] });
  expect(told('ClientTLSNegotiationErrorCount')?.dimensions).toEqual({
    LoadBalancer: expect.stringMatching(/^app\/web\//),
  });
});

function chunk(socket: net.Socket): Promise<string> {
  return new Promise((resolve) => socket.once('data', (data) => resolve(String(data))));
}
