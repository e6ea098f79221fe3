import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { generate } from 'selfsigned';
import { ask } from '../../../lambdas/verify-environment/ask';

const opened: Server[] = [];

async function listen<S extends Server>(server: S): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(server);
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  for (const server of opened.splice(0)) {
    (server as Server & { closeAllConnections(): void }).closeAllConnections();
    server.close();
  }
});

const answers = async (listener: RequestListener) => {
  const port = await listen(createServer(listener));
  return await ask(new URL(`http://127.0.0.1:${port}/health`));
};

test('the answer has its status and text', async () => {
  const answer = await answers((request, response) => response.writeHead(203).end(`${request.method} ${request.url}`));
  expect(answer).toEqual({ status: 203, text: 'GET /health' });
});

test('a redirect is an answer, and is not followed', async () => {
  const answer = await answers((_request, response) => response.writeHead(301, { location: '/elsewhere' }).end());
  expect(answer).toEqual({ status: 301, text: '' });
});

test('each request uses a new connection', async () => {
  let connections = 0;
  const server = createServer((_request, response) => response.end());
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listen(server);
  for (let each = 0; each < 3; each++) await ask(new URL(`http://127.0.0.1:${port}/`));
  expect(connections).toBe(3);
});

test('an endless body is cut', async () => {
  const { status, text } = await answers((_request, response) => {
    const more = () => {
      if (!response.destroyed) response.write('x'.repeat(10_000), () => setImmediate(more));
    };
    more();
  });
  expect(status).toBe(200);
  expect(text.length).toBeLessThan(200_000);
});

test('an unreachable address fails', async () => {
  const port = await listen(createServer());
  opened.splice(0)[0]!.close();
  await expect(ask(new URL(`http://127.0.0.1:${port}/`))).rejects.toThrow('ECONNREFUSED');
});

test('a missing answer times out', async () => {
  await expect(answers(() => {})).rejects.toThrow('no answer within 5 seconds');
});

describe('a certificate for another name', () => {
  let directory: string;
  let port: number;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'ask-'));
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'greeter.example' }], {
      keySize: 2048,
    });
    writeFileSync(join(directory, 'ca.pem'), cert);
    const server = createTlsServer({ key, cert }, (_request, response) => response.end('secure'));
    port = await listen(server);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('is refused if its chain ends at no trusted authority', async () => {
    await expect(ask(new URL(`https://127.0.0.1:${port}/`))).rejects.toThrow(/self-signed certificate/);
  });

  test('is accepted if the environment of the function names its authority', async () => {
    const program = join(directory, 'ask.js');
    const entry = join(__dirname, '../../../lambdas/verify-environment/ask.ts');
    const contents = `import { ask } from ${JSON.stringify(entry)};
      ask(new URL('https://127.0.0.1:${port}/')).then(({ text }) => process.stdout.write(text));`;
    buildSync({ stdin: { contents, resolveDir: directory }, outfile: program, bundle: true, platform: 'node' });
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem') };
    const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await once(child, 'close');
    expect(said).toBe('secure');
  });
});
