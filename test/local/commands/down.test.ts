import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { down } from '../../../local/commands/down';
import { startedTicks } from '../../../local/commands/state-directory';
import { FakeScreen } from '../../rig/screen';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'state-'));
});
afterEach(() => rmSync(state, { recursive: true }));

test('down asks the runtime to end, and waits for it', async () => {
  const child = spawn('bash', ['-c', 'trap "echo asked; exit" TERM; echo ready; while :; do read -t 1; done']);
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
  await once(child.stdout, 'data');
  const { pid = 0 } = child;
  writeFileSync(join(state, 'runtime.json'), JSON.stringify({ pid, startedTicks: startedTicks(pid) }));
  const closed = once(child, 'close');
  const screen = new FakeScreen(false);
  expect(await down(state, screen)).toBe(0);
  await closed;
  expect(said.join('')).toBe('ready\nasked\n');
  expect(screen.written).toBe(`ended the runtime with process id ${pid}; its state is kept in ${state}\n`);
});

test('down succeeds if nothing runs', async () => {
  const screen = new FakeScreen(false);
  expect(await down(state, screen)).toBe(0);
  expect(screen.written).toBe(`nothing runs on the state in ${state}\n`);
});
