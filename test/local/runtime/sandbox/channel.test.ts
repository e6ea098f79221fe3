import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { eachLine } from '../../../../local/kernel/lines';
import { openChannel } from '../../../../local/runtime/sandbox/channel';

let server: Server;
let near: Socket;
let far: Socket;

beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  near = createConnection({ port: (server.address() as { port: number }).port, host: '127.0.0.1' });
  [far] = (await once(server, 'connection')) as [Socket];
});

afterEach(() => {
  near.destroy();
  far.destroy();
  server.close();
});

test('a fast sender waits until all data has left', async () => {
  const channel = openChannel<string>(near, () => undefined);
  let flow: Promise<void> | undefined;
  let sent = 0;
  while (!flow) {
    flow = channel.send('x'.repeat(64 * 1024));
    sent++;
  }
  expect(sent).toBeLessThan(1000);
  const received: string[] = [];
  openChannel<never>(far, (line) => void received.push(JSON.parse(line) as string));
  await flow;
  expect(channel.send('the last')).toBeUndefined();
  while (received.length <= sent) await new Promise(setImmediate);
  expect(received.at(-1)).toBe('the last');
});

test('a stream is not read while a line of it is being handled', async () => {
  const stream = new PassThrough({ highWaterMark: 1024 });
  const taken: string[] = [];
  let goOn = () => {};
  eachLine(stream, (line) => {
    taken.push(line);
    return new Promise<void>((resolve) => {
      goOn = resolve;
    });
  });
  stream.write('one\n');
  stream.write('two\n');
  await new Promise(setImmediate);
  expect(taken).toEqual(['one']);
  goOn();
  while (taken.length < 2) await new Promise(setImmediate);
  expect(taken).toEqual(['one', 'two']);
});
