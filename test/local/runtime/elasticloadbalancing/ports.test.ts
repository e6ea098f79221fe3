import { createServer } from 'node:net';
import { freePort } from '../../../../local/runtime/elasticloadbalancing/ports';

test('a free port is neither reserved, nor in use, nor blocked by browsers', async () => {
  // Browsers refuse 6665 to 6669.
  const port = await freePort(6665, new Set([6670]));
  expect(port).toBeGreaterThan(6670);
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
});

test('any free port is chosen if there is no preferred one', async () => {
  const port = await freePort(0, new Set());
  expect(port).toBeGreaterThan(1023);
  const server = createServer();
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  await new Promise((closed) => server.close(closed));
});
