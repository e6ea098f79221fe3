import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import type { BuildMachine, BuildMachineSpec, Machines } from '../../../../local/runtime/codebuild/machines';
import { killGroup } from '../../../rig/kill-group';

/**
 * "Machines" that are the host itself: a path inside is replaced by its source in every text on the way in. For tests
 * of everything except isolation.
 */
export class HostMachines implements Machines {
  readonly specs: BuildMachineSpec[] = [];
  readonly running = new Set<ChildProcess>();

  async remove(path: string): Promise<void> {
    rmSync(path, { recursive: true, force: true });
  }

  async boot(spec: BuildMachineSpec): Promise<BuildMachine> {
    this.specs.push(spec);
    const rewrite = (text: string) => rewriter(spec)(text);
    // Only below the source: nothing of this machine itself is ever replaced.
    for (const { source, target } of spec.mounts) if (isNested(spec, target)) link(source, rewrite(target));
    const children = new Set<ChildProcess>();
    return {
      exec: (request) =>
        new Promise((resolve, reject) => {
          const [program = '', ...parameters] = request.command.map(rewrite);
          const environment = Object.entries(request.environment ?? {}).map(([name, value]) => [name, rewrite(value)]);
          const child = spawn(program, parameters, {
            cwd: rewrite(request.directory ?? '/'),
            env: { PATH: process.env['PATH'], ...Object.fromEntries(environment) },
            detached: true,
            stdio: ['pipe', 'pipe', 'pipe'],
          });
          child.stdin.on('error', () => undefined).end(rewrite(request.input ?? ''));
          children.add(child);
          this.running.add(child);
          child.stdout.setEncoding('utf8').on('data', (chunk) => request.onOutput?.(chunk, 'stdout'));
          child.stderr.setEncoding('utf8').on('data', (chunk) => request.onOutput?.(chunk, 'stderr'));
          child.once('error', reject);
          child.once('exit', (exitCode, signal) => {
            this.running.delete(child);
            resolve({ exitCode, ...(signal && { signal }) });
          });
        }),
      async kill() {
        for (const child of children) killGroup(child);
      },
    };
  }
}

/** Puts the source of every mount in the place of its target; the deepest mounts first, caches by their links. */
export function rewriter(spec: BuildMachineSpec): (text: string) => string {
  const roots = spec.mounts.filter(({ target }) => target.startsWith('/codebuild/output/') && !isNested(spec, target));
  return (text) => roots.reduce((rewritten, { source, target }) => rewritten.replaceAll(target, source), text);
}

function isNested(spec: BuildMachineSpec, target: string): boolean {
  return spec.mounts.some((other) => target.startsWith(`${other.target}/`));
}

function link(source: string, target: string): void {
  rmSync(target, { recursive: true, force: true });
  symlinkSync(source, target);
}
