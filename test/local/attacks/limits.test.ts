import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../local/kernel/clock';
import { ControlGroups } from '../../../local/runtime/sandbox/control-groups';
import { describeWithSandbox, type SandboxRig, sandboxRig, shell } from '../../rig/sandbox';

jest.setTimeout(60_000);

const directory = mkdtempSync(join(tmpdir(), 'groups-'));
const groups = new ControlGroups(directory, new SystemClock());
const { note } = groups;
void groups.close();
rmSync(directory, { recursive: true });

describeWithSandbox('a guest that takes all that it can get', () => {
  if (note !== undefined) return void test(`not run: ${note}`, () => expect(note).not.toBe(''));

  let rig: SandboxRig;
  beforeAll(() => {
    rig = sandboxRig();
  });
  afterAll(() => rig.end());

  test('gets at most 1,024 processes, and the host and its neighbours go on', async () => {
    const [greedy, neighbour] = await Promise.all(
      ['greedy', 'neighbour'].map((id) => rig.sandboxes.boot(rig.spec(id))),
    );
    const bomb = 'for i in $(seq 1500); do sleep 100 & done; wait';
    let output = '';
    const outcome = greedy!.exec({ command: ['bash', '-c', bomb], onOutput: (chunk) => (output += chunk) });
    outcome.catch(() => undefined);
    while (!output.includes('Resource temporarily unavailable')) await new Promise(setImmediate);
    expect(await shell(neighbour!, 'echo alive')).toEqual({ output: 'alive\n', exitCode: 0 });
    await Promise.all([greedy!.kill(), neighbour!.kill()]);
  });

  test.each([
    ['in a process', 'x=$(head -c 400M /dev/zero | tr "\\0" x); echo ${#x}'],
    ['in a file below /tmp', 'head -c 400M /dev/zero > /tmp/file; stat -c %s /tmp/file'],
    ['in shared memory', 'head -c 400M /dev/zero > /dev/shm/file; stat -c %s /dev/shm/file'],
  ])('gets no more memory than it was given: %s', async (_where, command) => {
    const machine = await rig.sandboxes.boot(rig.spec('greedy', { memoryMegabytes: 256 }));
    const result = await shell(machine, command).catch((error: Error) => ({ output: error.message, exitCode: null }));
    expect(result.output).not.toContain('419430400');
    await machine.kill();
  });

  test('can write no file of more than 10 GiB', async () => {
    const machine = await rig.sandboxes.boot(rig.spec('greedy'));
    const command =
      'exec 2> /dev/null; for size in 9 11; do truncate -s ${size}G /file$size; stat -c %s /file$size; done';
    expect((await shell(machine, command)).output).toBe(`${9 * 1024 ** 3}\n0\n`);
    await machine.kill();
  });

  test('cannot raise its limits', async () => {
    const machine = await rig.sandboxes.boot(rig.spec('greedy'));
    const { output } = await shell(machine, 'ulimit -n 1000000 2>&1; ulimit -f unlimited 2>&1');
    expect(output).toMatch(/open files: cannot modify limit[\s\S]*file size: cannot modify limit/);
    await machine.kill();
  });

  test('leaves no control group behind', async () => {
    const { hierarchies } = rig.sandboxes['groups'] as unknown as { hierarchies: { directory: string }[] };
    const machine = await rig.sandboxes.boot(rig.spec('last'));
    expect(
      hierarchies.map(({ directory }) =>
        readdirSync(directory, { withFileTypes: true }).some((one) => one.isDirectory()),
      ),
    ).not.toContain(false);
    await machine.kill();
    await rig.sandboxes.stop();
    expect(hierarchies.filter(({ directory }) => existsSync(directory))).toEqual([]);
  });
});
