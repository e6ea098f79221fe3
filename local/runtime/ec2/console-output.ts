import type { Logs } from '../../kernel/ports';

/** EC2 keeps the last 64 kB of an instance's console. */
const KEPT_CHARACTERS = 64 * 1024;

const GROUP = '/aws/ec2/console';

/** Console output of instances: all of it goes to the logs, and its end to GetConsoleOutput. */
export class ConsoleOutput {
  private readonly kept = new Map<string, string>();

  constructor(private readonly options: { readonly logs: Logs }) {}

  hear(instanceId: string, line: string): void {
    this.options.logs.write(GROUP, instanceId, [line]);
    this.kept.set(instanceId, `${this.kept.get(instanceId) ?? ''}${line}\n`.slice(-KEPT_CHARACTERS));
  }

  of(instanceId: string): string {
    return this.kept.get(instanceId) ?? '';
  }
}
