import { basename } from 'node:path';
import { SystemClock } from '../../local/kernel/clock';
import { EventBus } from '../../local/kernel/events';
import { createIds } from '../../local/kernel/ids';
import { Sandboxes } from '../../local/runtime/sandbox/sandbox';

/**
 * A separate runtime with one machine, for tests that kill it: prints `booted` when a command runs in it, which is
 * named like the directory, and waits for its end.
 */
async function main(directory: string): Promise<void> {
  const clock = new SystemClock();
  const sandboxes = new Sandboxes({
    directory,
    clock,
    ids: createIds(),
    bus: new EventBus(clock),
    endpoint: () => ({ port: 1 }),
  });
  const machine = await sandboxes.boot({
    id: 'i-0killed',
    layers: [],
    writable: `${directory}/writable/i-0killed`,
    network: 'private',
    init: 'units',
    environment: {},
  });
  machine.socket(8080);
  const running = machine.exec({
    command: ['bash', '-c', `echo booted; exec -a ${basename(directory)} sleep 98765`],
    onOutput: (chunk) => process.stdout.write(chunk),
  });
  await running;
}

void main(process.argv[2] as string);
