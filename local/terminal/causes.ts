import type { Stamped } from '../kernel/events';

/** Where instances' consoles are kept: one stream an instance. */
const CONSOLE = '/aws/ec2/console';

/**
 * What instances said before they signalled FAILURE. A signal itself carries no reason: the last line of the instance's
 * console does.
 */
export class Causes {
  private readonly lastLine = new Map<string, string>();
  private failure: string | undefined;

  hear(event: Stamped): void {
    if (event.type === 'log-written' && event.group === CONSOLE) {
      const line = event.messages.findLast((message) => message.trim() !== '');
      if (line) this.lastLine.set(event.stream, line.trim());
    }
    if (event.type === 'instance-state-changed' && event.state === 'terminated') this.lastLine.delete(event.instanceId);
    if (event.type === 'signal-received' && event.status === 'FAILURE') {
      const said = this.lastLine.get(event.uniqueId);
      this.failure ??= said && `${event.uniqueId}: ${said}`;
    }
  }

  /** The first failure since the last call. */
  take(): string | undefined {
    const { failure } = this;
    this.failure = undefined;
    return failure;
  }
}
