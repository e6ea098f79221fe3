import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWithSandbox } from '../../rig/sandbox';
import { ATTACKS, GUESTS } from './attacks';
import { type Outputs, runAttacks } from './run-attacks';

jest.setTimeout(120_000);

/** An id without an account, as users of containers have it. */
const ORDINARY = ['--reuid', '54321', '--regid', '54321', '--clear-groups'];

const all = GUESTS.flatMap((guest) =>
  ATTACKS.filter(({ guests = GUESTS }) => guests.includes(guest)).map(({ aim, held }) => ({ guest, aim, held })),
);

const run = promisify(execFile);
let directory: string;
let secret: string;
let server: Server;
let requests = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'attacked-'));
  chmodSync(directory, 0o777);
  secret = join(directory, 'secret');
  writeFileSync(secret, 'of the host\n');
  server = createServer((_request, response) => {
    requests++;
    response.end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

function port(): number {
  return (server.address() as AddressInfo).port;
}

describeWithSandbox('a guest of this user', () => {
  let outputs: Outputs;
  beforeAll(async () => {
    outputs = await runAttacks({ secret, port: port() });
  });

  test.each(all)('$guest cannot $aim', ({ guest, aim, held }) => expectHeld(outputs[guest][aim], held));

  test('no request of a guest has reached the loopback of the host', () => expect(requests).toBe(0));
});

const reason = whyNoOrdinaryUser();
const describeOrdinary = reason === undefined ? describeWithSandbox : describe;
describeOrdinary('a guest of an ordinary user', () => {
  if (reason !== undefined) return void test(`not run: ${reason}`, () => expect(reason).not.toBe(''));
  let outputs: Outputs;
  beforeAll(async () => {
    const program = [
      '--require',
      'tsx/cjs',
      join(__dirname, 'run-attacks.ts'),
      secret,
      `${port()}`,
      join(directory, 'tmp'),
    ];
    const options = { cwd: join(__dirname, '../../..'), env: { PATH: process.env['PATH'], TSX_DISABLE_CACHE: '1' } };
    const { stdout } = await run('setpriv', [...ORDINARY, process.execPath, ...program], options);
    outputs = JSON.parse(stdout) as Outputs;
  });

  test.each(all)('$guest cannot $aim', ({ guest, aim, held }) => expectHeld(outputs[guest][aim], held));
});

function expectHeld(output: string | undefined, held: RegExp): void {
  const lines = (output ?? '').trim().split('\n');
  expect(lines.filter((line) => !held.test(line))).toEqual([]);
}

/** Another user can be taken on only by root, and must be able to read this project. */
function whyNoOrdinaryUser(): string | undefined {
  if (process.getuid?.() !== 0) return 'this user is an ordinary one';
  try {
    execFileSync('setpriv', [...ORDINARY, 'test', '-r', __filename], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'other users cannot read this project';
  }
}
