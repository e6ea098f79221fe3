import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { ExecResult, GuestProcess, Processes, ProcessSpec } from '../../../../local/kernel/machines';
import { killGroup } from '../../../rig/kill-group';

/** "Sandboxes" that are the host itself, with its paths in place of those inside. For tests of all but isolation. */
export const hostProcesses: Processes = {
  async run(spec: ProcessSpec): Promise<GuestProcess> {
    const rewrite = (text: string) =>
      spec.mounts.reduce(
        (rewritten, { source, target }) => rewritten.replaceAll(target, source),
        text.replace('/run/guest/node', process.execPath),
      );
    const [program = '', ...parameters] = spec.command.map(rewrite);
    const environment = Object.entries(spec.environment).map(([name, value]) => [name, rewrite(value)]);
    const child = spawn(program, parameters, {
      cwd: rewrite(spec.directory),
      env: Object.fromEntries(environment),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    // Its children may keep its streams open.
    child.once('exit', () => killGroup(child));
    const ended = new Promise<ExecResult>((resolve) => {
      child.once('close', (exitCode, signal) => resolve({ exitCode, ...(signal && { signal }) }));
    });
    return {
      stdout: child.stdout!,
      stderr: child.stderr!,
      channel: child.stdio[3] as unknown as Duplex,
      ended,
      async kill() {
        killGroup(child);
        await ended;
      },
    };
  },
};
