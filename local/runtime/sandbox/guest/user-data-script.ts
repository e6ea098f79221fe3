import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { eachLine, type Flow } from '../../../kernel/lines';
import type { BootOrder } from '../channel';
import { outputPipe } from './pipes';
import { BASIC_ENVIRONMENT } from './processes';

export interface UserDataRun {
  readonly text: string;
  readonly order: BootOrder;
  console(line: string): Flow;
}

/** Runs user data like cloud-init at an instance's first boot: as root, once, after the start of the units. */
export async function runUserData({ text, order, console }: UserDataRun): Promise<void> {
  const directory = `/var/lib/cloud/instances/${order.instanceId}`;
  mkdirSync(`${directory}/scripts`, { recursive: true });
  writeFileSync(`${directory}/user-data.txt`, text, { mode: 0o600 });
  if (!text.startsWith('#!')) {
    console('cloud-init: user data is no script and was not run');
    return;
  }
  const script = `${directory}/scripts/part-001`;
  writeFileSync(script, text, { mode: 0o700 });
  const say = (line: string) => {
    appendFileSync('/var/log/cloud-init-output.log', `${line}\n`);
    return console(line);
  };
  const pipes = [outputPipe(), outputPipe()] as const;
  const child = spawn(script, [], {
    cwd: '/',
    env: { ...BASIC_ENVIRONMENT, HOME: '/root', USER: 'root', ...order.environment },
    stdio: ['ignore', pipes[0].descriptor, pipes[1].descriptor],
    detached: true,
  });
  for (const pipe of pipes) {
    pipe.handOver();
    eachLine(pipe.reader, say);
  }
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    say(`cloud-init: user data finished with ${signal ?? `exit code ${code}`}`);
  } catch (error) {
    say(`cloud-init: user data could not be run: ${(error as Error).message}`);
  }
}
