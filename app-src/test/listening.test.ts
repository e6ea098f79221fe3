import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { elsewhereText, listeningPorts, parseListeners } from '../src/listening';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 12345 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:0BB8 01 00000000:00000000 00:00000000 00000000  1001        0 12346 1 0 100 0 0 10 0
`;

describe('the port of a service', () => {
  test('is read from the kernel’s table of sockets, without connecting', () => {
    assert.deepEqual(parseListeners(TABLE), [{ port: 3000, uid: 1001 }]);
  });

  test('is found for a running process', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const ports = await listeningPorts(process.pid);
    server.close();
    assert.ok(ports.includes(port));
  });

  test('is named in the error if it is not the expected port', () => {
    assert.equal(elsewhereText([3000], 8080), '; it listens on port 3000, not on 8080');
    assert.equal(elsewhereText([3000, 8080], 8080), '');
    assert.equal(elsewhereText([], 8080), '');
  });
});
