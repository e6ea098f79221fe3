import http from 'node:http';
import net from 'node:net';
import { ask, type Balancing, balancing } from './balancing';

let at: Balancing;

afterEach(() => at.stop());

describe('a request', () => {
  test('goes to healthy targets in turn', async () => {
    at = await balancing();
    await at.join('i-1');
    await at.join('i-2');
    const bodies = [];
    for (let n = 0; n < 4; n++) bodies.push((await at.get()).body);
    expect(bodies.sort()).toEqual(['i-1', 'i-1', 'i-2', 'i-2']);
  });

  test('carries the client’s address and protocol', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    await at.get('/path?q=1', { headers: { 'X-Forwarded-For': '10.1.1.1', 'X-Custom': 'Yes', Host: 'example.com' } });
    const { headers, rawHeaders, url } = target.requests[0]!;
    expect(url).toBe('/path?q=1');
    expect(headers).toMatchObject({
      host: 'example.com',
      'x-forwarded-for': '10.1.1.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(at.port),
      'x-custom': 'Yes',
    });
    expect(headers['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(rawHeaders).toContain('X-Custom');
  });

  test('keeps its trace id, and gets a part of the balancer', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    await at.get('/', { headers: { 'X-Amzn-Trace-Id': 'Root=1-1-1' } });
    expect(target.requests[0]!.headers['x-amzn-trace-id']).toMatch(/^Self=1-[0-9a-f-]+;Root=1-1-1$/);
  });

  test('gets the target’s own status, headers and body, streamed', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    target.handler = (_request, response) => {
      response.writeHead(418, 'Teapot', ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Keep-Alive', 'timeout=9']);
      response.write('part one, ');
      setImmediate(() => response.end('part two'));
    };
    const answer = await at.get();
    expect(answer).toMatchObject({ status: 418, body: 'part one, part two' });
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.headers['keep-alive']).not.toBe('timeout=9');
  });

  test('with a body reaches the target completely, with a length or in chunks', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    target.handler = (request, response) => void request.pipe(response);
    const body = 'x'.repeat(300_000);
    const post = { port: at.port, method: 'POST', path: '/' };
    expect((await ask({ ...post, headers: { 'Content-Length': body.length } }, body)).body).toBe(body);
    expect((await ask({ ...post, headers: { 'Transfer-Encoding': 'chunked' } }, body)).body).toBe(body);
    expect((await at.get('/', { method: 'HEAD' })).body).toBe('');
  });

  test('reuses connections to the target', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    const agent = new http.Agent({ keepAlive: true });
    for (let n = 0; n < 5; n++) await at.get('/', { agent });
    const sockets = new Set(target.requests.map((request) => request.socket));
    expect(sockets.size).toBe(1);
    agent.destroy();
  });

  test('of a disconnected client ends at the target too', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    const aborted = new Promise<void>((resolve) => {
      target.handler = (request) => {
        request.once('close', () => resolve());
        client.destroy();
      };
    });
    const client = http.get({ port: at.port, agent: false });
    client.on('error', () => {});
    await aborted;
  });

  test('with invalid header names loses them if the attribute is set', async () => {
    at = await balancing({ attributes: { 'routing.http.drop_invalid_header_fields.enabled': 'true' } });
    const target = await at.join('i-1');
    await at.get('/', { headers: { under_score: '1', 'X-Fine': '1' } });
    expect(target.requests[0]!.headers).toMatchObject({ 'x-fine': '1' });
    expect(target.requests[0]!.headers).not.toHaveProperty('under_score');
  });
});

describe('a request without a good answer', () => {
  test('gets 503 while no target is registered, or none has passed a check yet', async () => {
    at = await balancing();
    const answer = await at.get();
    expect(answer.status).toBe(503);
    expect(answer.headers['server']).toBe('awselb/2.0');
    expect(answer.body).toContain('<h1>503 Service Temporarily Unavailable</h1>');
  });

  test('goes to unhealthy targets if none is healthy, since AWS fails open', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    target.unhealthy = 500;
    await at.becomes('i-1', 'unhealthy');
    expect((await at.get()).body).toBe('i-1');
  });

  test('gets 502 if the target closes a new connection without an answer', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    target.handler = (request) => request.socket.destroy();
    expect((await ask({ port: at.port, path: '/', method: 'POST' }, 'body')).status).toBe(502);
  });

  test('gets 504 if the target stays silent for the idle timeout', async () => {
    at = await balancing({ attributes: { 'idle_timeout.timeout_seconds': '1' } });
    const target = await at.join('i-1');
    target.handler = () => {};
    expect((await at.get()).status).toBe(504);
  });

  test('has its connection cut if the target breaks off its answer', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    target.handler = (request, response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('only this', () => request.socket.destroy());
    };
    await expect(at.get()).rejects.toThrow('aborted');
  });

  test('gets 400 if it is no HTTP', async () => {
    at = await balancing();
    const answer = await raw(at.port, 'nonsense\r\n\r\n');
    expect(answer).toContain('HTTP/1.1 400 Bad Request');
  });
});

describe('no request is lost', () => {
  test('on a kept connection that the target closed meanwhile', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    const used = new Set<net.Socket>();
    target.handler = (request, response) => {
      if (used.has(request.socket)) return void request.socket.destroy();
      used.add(request.socket);
      response.end('fine');
    };
    const agent = new http.Agent({ keepAlive: true });
    for (let n = 0; n < 4; n++) expect((await at.get('/', { agent })).body).toBe('fine');
    expect(target.requests.length).toBeGreaterThan(4);
    agent.destroy();
  });

  test('to a terminated instance: another target gets it, with its body', async () => {
    at = await balancing();
    await at.join('i-1');
    const gone = await at.join('i-2');
    await gone.stop();
    const bodies = [];
    for (let n = 0; n < 4; n++) bodies.push((await ask({ port: at.port, path: '/', method: 'POST' }, 'body')).body);
    expect(bodies).toEqual(['i-1', 'i-1', 'i-1', 'i-1']);
    at.targets.delete('i-2');
  });

  test('while targets come and go under load', async () => {
    at = await balancing();
    await at.join('i-1');
    let running = true;
    const failures: unknown[] = [];
    let answered = 0;
    const client = async () => {
      const agent = new http.Agent({ keepAlive: true });
      while (running) {
        const answer = await at.get('/', { agent }).catch((error: Error) => ({ status: 0, body: error.message }));
        if (answer.status === 200) answered++;
        else failures.push(answer);
      }
      agent.destroy();
    };
    const clients = Array.from({ length: 16 }, client);
    for (let n = 2; n < 12; n++) {
      const next = await at.join(`i-${n}`);
      next.handler = (_request, response) => void setImmediate(() => response.end(next.id));
      const before = `i-${n - 1}`;
      await at.balancing.targetGroups.deregister(at.groupArn, before);
      await at.targets.get(before)!.stop();
      at.targets.delete(before);
    }
    running = false;
    await Promise.all(clients);
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(100);
  });
});

describe('an upgraded connection', () => {
  test('carries bytes in both directions, and counts as in flight until it ends', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    target.onUpgrade((request, socket) => {
      expect(request.headers['x-forwarded-for']).toBe('127.0.0.1');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${request.headers.upgrade}\r\nConnection: Upgrade\r\n\r\n`,
      );
      socket.on('data', (data) => socket.write(`echo ${data}`));
    });
    const client = net.connect(at.port, '127.0.0.1');
    client.write('GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    expect(await chunk(client)).toContain('101 Switching Protocols');
    client.write('one');
    expect(await chunk(client)).toBe('echo one');
    const drained = at.balancing.targetGroups.deregister(at.groupArn, 'i-1');
    expect(at.balancing.targetGroups.health(at.groupArn, 'i-1')).toBe('draining');
    client.write('two');
    expect(await chunk(client)).toBe('echo two');
    client.destroy();
    await drained;
  });

  test('ends with its listener', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    target.onUpgrade((_request, socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    const client = net.connect(at.port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.write('GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await chunk(client);
    await at.balancing.deleteListener(at.balancing.listeners()[0]!.arn);
    await closed;
  });

  test('that the target refuses gets the target’s answer', async () => {
    at = await balancing();
    const target = await at.join('i-1');
    target.onUpgrade((_request, socket) => void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'));
    const answer = await raw(at.port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    expect(answer).toContain('HTTP/1.1 403 Forbidden');
    expect(answer).toContain('no');
  });
});

/** Sends text unchanged and resolves with the complete answer. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      received += data;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

function chunk(socket: net.Socket): Promise<string> {
  return new Promise((resolve) => socket.once('data', (data) => resolve(String(data))));
}
