import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../local/kernel/clock';
import type { Machine, MachineSpec } from '../../local/kernel/machines';
import type { Capability } from '../../local/runtime/sandbox/probe';
import { Sandboxes, type SandboxesOptions } from '../../local/runtime/sandbox/sandbox';
import { room } from './room';

/**
 * `describe` for tests that boot machines. If this machine cannot (an unprivileged container), they do not run, and one
 * test in their place reports this with the reason.
 */
export function describeWithSandbox(title: string, body: () => void): void {
  const capability = capabilityOfThisMachine();
  if (capability.supported) return describe(title, body);
  describe(title, () => it(`not run: ${capability.reason}`, () => expect(capability.remedies).not.toHaveLength(0)));
}

function capabilityOfThisMachine(): Capability {
  const script = join(__dirname, 'print-capability.ts');
  return JSON.parse(
    execFileSync(process.execPath, ['--require', 'tsx/cjs', script], { encoding: 'utf8' }),
  ) as Capability;
}

/** Sandboxes in a separate directory. `end` kills all machines and removes everything. */
export interface SandboxRig {
  readonly directory: string;
  readonly sandboxes: Sandboxes;
  /** Console output of the machines, line by line. */
  readonly console: string[];
  /** A machine's specification: private, without units, with its own files, changed by `further`. */
  spec(id: string, further?: Partial<MachineSpec>): MachineSpec;
  /** Resolves when a line of a console matches. */
  said(pattern: RegExp): Promise<string>;
  end(): Promise<void>;
}

export function sandboxRig(options: Partial<SandboxesOptions> = {}): SandboxRig {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const { bus, ids, clock } = room(new SystemClock());
  const sandboxes = new Sandboxes({ directory, clock, ids, bus, endpoint: () => ({ port: 1 }), ...options });
  const console: string[] = [];
  const waiting = new Set<(line: string) => void>();
  return {
    directory,
    sandboxes,
    console,
    spec: (id, further) => ({
      id,
      layers: [],
      writable: join(directory, 'writable', id),
      network: 'private',
      init: 'none',
      environment: { AWS_REGION: 'eu-west-1' },
      onConsole(line) {
        console.push(line);
        for (const hear of [...waiting]) hear(line);
      },
      ...further,
    }),
    said: (pattern) =>
      new Promise((resolve) => {
        const before = console.find((line) => pattern.test(line));
        if (before !== undefined) return resolve(before);
        waiting.add(function hear(line) {
          if (!pattern.test(line)) return;
          waiting.delete(hear);
          resolve(line);
        });
      }),
    async end() {
      await sandboxes.stop();
      await sandboxes.remove(join(directory, 'writable'));
      await sandboxes.remove(join(directory, 'layers'));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Runs a shell command in a machine; returns its output, both streams together, and its exit code. */
export async function shell(
  machine: Pick<Machine, 'exec'>,
  command: string,
  further: { user?: string; input?: string } = {},
): Promise<{ output: string; exitCode: number | null }> {
  let output = '';
  const { exitCode } = await machine.exec({
    command: ['bash', '-c', command],
    onOutput: (chunk) => (output += chunk),
    ...further,
  });
  return { output, exitCode };
}
