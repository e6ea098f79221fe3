import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { learnEnvironment, readIdentity } from '../src/identity';
import { instanceMetadata } from '../src/metadata';

const image = { IMAGE_VERSION: '1.0.7', COMMIT_ID: 'abc123' };

describe('identity', () => {
  let metadata: Server;
  let base: string;
  const entries: Record<string, string> = { 'instance-id': 'i-0123', 'tags/instance/Environment': 'dev' };

  before(async () => {
    metadata = createServer((request, response) => {
      if (request.method === 'PUT' && request.url === '/latest/api/token') return response.end('the-token');
      if (request.headers['x-aws-ec2-metadata-token'] !== 'the-token') return response.writeHead(401).end();
      const entry = entries[(request.url ?? '').replace('/latest/meta-data/', '')];
      return entry === undefined ? response.writeHead(404).end('not found') : response.end(entry);
    });
    await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(metadata.address() as AddressInfo).port}/latest`;
  });
  after(() => metadata.close());

  test('comes from the image and from the instance', async () => {
    assert.deepEqual(await readIdentity(image, await instanceMetadata(base)), {
      imageVersion: '1.0.7',
      commitId: 'abc123',
      environment: 'dev',
      instanceId: 'i-0123',
    });
  });

  test('an instance without tags serves all the same', async () => {
    const read = await instanceMetadata(base);
    const identity = await readIdentity(image, (path) =>
      path.startsWith('tags') ? read('tags/instance/None') : read(path),
    );
    assert.equal(identity.environment, 'unknown');
    assert.equal(identity.instanceId, 'i-0123');
  });

  test('an instance whose tags are not available at first learns its environment while it serves', async () => {
    const late: (string | undefined | Error)[] = [undefined, new Error('HTTP 500'), 'dev'];
    const identity = await readIdentity(image, async (path) => (path === 'instance-id' ? 'i-0123' : undefined));
    assert.equal(identity.environment, 'unknown');
    const read = async () => {
      const answer = late.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    };
    await learnEnvironment(identity, read, { shortest: 1 });
    assert.equal(identity.environment, 'dev');
  });

  test('the search for tags stops when the service ends', async () => {
    const identity = await readIdentity(image, async (path) => (path === 'instance-id' ? 'i-0123' : undefined));
    const signal = AbortSignal.timeout(5);
    await assert.rejects(learnEnvironment(identity, async () => undefined, { shortest: 1, signal }));
    assert.equal(identity.environment, 'unknown');
  });

  test('on a machine that is no instance, the identity is unknown, and the service works', async () => {
    const nobody = await instanceMetadata('http://127.0.0.1:1/latest');
    assert.deepEqual(await readIdentity({}, nobody), {
      imageVersion: 'unknown',
      commitId: 'unknown',
      environment: 'unknown',
      instanceId: 'unknown',
    });
  });
});
