import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startTimeOf } from '../../../../local/runtime/sandbox/remains';
import { describeWithSandbox, type SandboxRig, sandboxRig, shell } from '../../../rig/sandbox';

jest.setTimeout(60_000);

const RUNTIME = join(__dirname, '../../../rig/runtime-to-kill.ts');

describeWithSandbox('after kill -9 of the runtime', () => {
  let rig: SandboxRig;
  beforeEach(() => {
    rig = sandboxRig();
  });
  afterEach(() => rig.end());

  it('no process, mount or namespace remains, and recovery removes the directories', async () => {
    const runtime = spawn(process.execPath, ['--require', 'tsx/cjs', RUNTIME, rig.directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(runtime.stdout, 'data');
    const inside = namespacesOf(basename(rig.directory));
    runtime.kill('SIGKILL');
    await once(runtime, 'exit');
    expect(inside).toHaveLength(1);
    // The kernel does not report the end of a namespace. Its processes end soon, but on a busy machine not at once.
    const left = () => processesIn(inside[0] as string);
    for (const end = Date.now() + 20_000; left().length > 0 && Date.now() < end; ) {
      await new Promise(setImmediate);
    }
    expect(left()).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(rig.directory);
    expect(readdirSync(join(rig.directory, 'machines'))).toEqual(['i-0killed']);
    await rig.sandboxes.recover();
    expect(readdirSync(join(rig.directory, 'machines'))).toEqual([]);
    expect(existsSync(join(rig.directory, 'writable/i-0killed/work'))).toBe(false);
    // What it had changed stays with its owner, and a machine boots over it.
    const machine = await rig.sandboxes.boot(rig.spec('i-0killed'));
    expect((await shell(machine, 'echo again')).output).toBe('again\n');
  });

  it('recovery kills a recorded process that still runs, and no other process with the same id', async () => {
    const left = spawn('sleep', ['1000']);
    const other = spawn('sleep', ['1000']);
    const record = (name: string, pid: number, startTime: string | undefined) => {
      mkdirSync(join(rig.directory, 'machines', name), { recursive: true });
      writeFileSync(
        join(rig.directory, 'machines', name, 'machine.json'),
        JSON.stringify({ pid, startTime, writable: join(rig.directory, 'w') }),
      );
    };
    record('left', left.pid as number, startTimeOf(left.pid as number));
    record('other', other.pid as number, '12345');
    const ended = once(left, 'exit');
    await rig.sandboxes.recover();
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(other.exitCode ?? other.signalCode).toBe(null);
    other.kill();
  });
});

/** The PID namespaces of processes with this word on their command line, the asking runtime's own apart. */
function namespacesOf(word: string): string[] {
  const own = readlinkSync('/proc/self/ns/pid');
  const found = processes().filter(({ command }) => command.includes(word));
  return [...new Set(found.map(({ namespace }) => namespace))].filter((namespace) => namespace !== own);
}

function processesIn(namespace: string): string[] {
  return processes()
    .filter((one) => one.namespace === namespace)
    .map(({ command }) => command);
}

/** The processes that run; one that has ended and waits for its parent to ask is none. */
function processes(): { command: string; namespace: string }[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      if (/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return [];
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ command, namespace: readlinkSync(`/proc/${pid}/ns/pid`) }];
    } catch {
      // No process, or none that we may look at.
      return [];
    }
  });
}
