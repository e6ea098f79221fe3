import { spawn } from 'node:child_process';
import type { ActionContext } from './action';

/** Exit code with which a program asks for a reboot, after which the same step runs again (D11). */
export const REBOOT_EXIT_CODE = 194;

/** Milliseconds to wait for output that a background process still holds open. */
const DRAIN_MS = 1_000;

/**
 * Runs a program to its end and returns its exit code and standard output; its output is shown as it arrives. At the
 * step's time-out, the program and its session are killed.
 */
export function runChild(
  command: readonly [string, ...string[]],
  { print, signal, clock }: Pick<ActionContext, 'print' | 'signal' | 'clock'>,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string }> {
  const [program, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      print(text, 'stdout');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => print(text, 'stderr'));
    const kill = () => child.pid && killSession(child.pid);
    signal.addEventListener('abort', kill, { once: true });
    child.on('error', reject);
    child.on('exit', (code, endedBy) => {
      const settle = () => {
        signal.removeEventListener('abort', kill);
        if (endedBy && !signal.aborted) return reject(new Error(`signal: ${endedBy}`));
        resolve({ code: code ?? 1, stdout: stdout.replace(/\n+$/, '') });
      };
      const cancel = clock.limit(DRAIN_MS, settle);
      child.on('close', () => {
        cancel();
        settle();
      });
    });
  });
}

function killSession(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
