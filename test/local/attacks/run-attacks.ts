import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../local/kernel/clock';
import type { ExecResult } from '../../../local/kernel/machines';
import { Sandboxes } from '../../../local/runtime/sandbox/sandbox';
import { room } from '../../rig/room';
import { ATTACKS, GUESTS, type GuestKind } from './attacks';

/** Output of the attacks, by kind of guest and aim. */
export type Outputs = Readonly<Record<GuestKind, Readonly<Record<string, string>>>>;

/** Runs every attack in guests of every kind, as the user of this process. */
export async function runAttacks({ secret, port }: { secret: string; port: number }): Promise<Outputs> {
  const directory = mkdtempSync(join(tmpdir(), 'attacks-'));
  const { bus, ids, clock } = room(new SystemClock());
  const sandboxes = new Sandboxes({ directory, clock, ids, bus, endpoint: () => ({ port: 1 }) });
  const environment = { SECRET: secret, PORT: String(port) };
  const outputs = { build: {}, bake: {}, instance: {}, function: {} } as Record<GuestKind, Record<string, string>>;
  for (const guest of GUESTS) {
    const run = guest === 'function' ? await functions(sandboxes, environment) : await machine(sandboxes, guest);
    for (const { aim, command, guests = GUESTS } of ATTACKS) {
      if (guests.includes(guest)) outputs[guest][aim] = await run(`touch /guest-root; ${command}`, environment);
    }
  }
  await sandboxes.stop();
  await sandboxes.remove(directory);
  rmSync(directory, { recursive: true, force: true });
  return outputs;

  async function machine(sandboxes: Sandboxes, guest: GuestKind) {
    const machine = await sandboxes.boot({
      id: guest,
      layers: [],
      writable: join(directory, 'writable', guest),
      network: guest === 'build' ? 'outbound' : 'private',
      init: guest === 'instance' ? 'units' : 'none',
      environment: {},
    });
    return async (command: string, environment: Record<string, string>) => {
      let output = '';
      const request = { command: ['bash', '-c', command], environment };
      await machine.exec({ ...request, onOutput: (chunk) => (output += chunk) });
      return output;
    };
  }
}

/** Each attack of a function is an own process, as a handler would start it. */
async function functions(sandboxes: Sandboxes, environment: Record<string, string>) {
  let number = 0;
  const mounts = [{ source: mkdtempSync(join(tmpdir(), 'task-')), target: '/var/task', readOnly: true }];
  return async (command: string): Promise<string> => {
    const process = await sandboxes.run({
      id: `function-${number++}`,
      command: ['bash', '-c', command],
      directory: '/var/task',
      environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...environment },
      mounts,
      temporaryMegabytes: 64,
    });
    let output = '';
    for (const stream of [process.stdout, process.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    const end: ExecResult = await process.ended;
    return end.signal ? `${output}ended by ${end.signal}\n` : output;
  };
}

/** As a program of another user: prints the outputs as JSON. */
if (require.main === module) {
  const [secret = '', port = '', temporary = ''] = process.argv.slice(2);
  process.env['TMPDIR'] = temporary;
  mkdirSync(temporary, { recursive: true });
  void runAttacks({ secret, port: Number(port) }).then((outputs) => process.stdout.write(JSON.stringify(outputs)));
}
