import assert from 'node:assert/strict';
import { Agent, get, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Application, createApplication, GREETING } from '../src/application';

const identity = { imageVersion: '1.0.7', commitId: 'abc123', environment: 'dev', instanceId: 'i-0123' };

interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

describe('the service', () => {
  let application: Application;
  let port: number;

  beforeEach(async () => {
    application = createApplication(identity);
    await new Promise<void>((resolve) => application.server.listen(0, '127.0.0.1', resolve));
    port = (application.server.address() as AddressInfo).port;
  });
  afterEach(() => {
    application.server.close();
    application.server.closeAllConnections();
  });

  const ask = (path: string, options: { agent?: Agent; method?: string } = {}) =>
    new Promise<Reply>((resolve, reject) => {
      request({ port, host: '127.0.0.1', path, ...options }, (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      })
        .on('error', reject)
        .end();
    });

  test('greets with its version, commit, environment and instance', async () => {
    application.ready();
    const { status, body } = await ask('/');
    assert.equal(status, 200);
    assert.equal(body, `${GREETING} from dev\nversion 1.0.7\ncommit abc123\ninstance i-0123\n`);
  });

  test('is ready only after it reports that it is ready', async () => {
    assert.equal((await ask('/health')).status, 503);
    application.ready();
    assert.equal((await ask('/health')).status, 200);
  });

  test('answers 404 to an unknown path and 405 to another method', async () => {
    assert.equal((await ask('/nowhere')).status, 404);
    const { status, headers } = await ask('/', { method: 'DELETE' });
    assert.equal(status, 405);
    assert.equal(headers['allow'], 'GET, HEAD');
  });

  test('a request in flight when the drain begins is answered, and its connection closed', async () => {
    application.ready();
    application.server.prependOnceListener('request', () => void application.drain());
    const agent = new Agent({ keepAlive: true });
    const { status, headers } = await ask('/', { agent });
    assert.equal(status, 200);
    assert.equal(headers['connection'], 'close');
  });

  test('a drained service accepts no new connection, and the drain ends although clients keep their connections open', async () => {
    application.ready();
    const agent = new Agent({ keepAlive: true });
    await ask('/', { agent });
    await application.drain();
    await assert.rejects(
      new Promise((resolve, reject) => get({ port, host: '127.0.0.1', path: '/' }, resolve).on('error', reject)),
      { code: 'ECONNREFUSED' },
    );
    agent.destroy();
  });
});
