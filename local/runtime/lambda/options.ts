import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import type { Ids } from '../../kernel/ids';
import type { Processes } from '../../kernel/machines';
import type { EndpointAccess, Logs, Objects, Roles } from '../../kernel/ports';
import type { Store } from '../../kernel/store';

/** Dependencies of Lambda. */
export interface FunctionsOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  /** Directory for the code of functions. */
  readonly directory: string;
  readonly objects: Objects;
  readonly logs: Logs;
  readonly roles: Roles;
  readonly access: EndpointAccess;
  /** Runs the functions. */
  readonly processes: Processes;
  /** File of the certificates that functions trust, besides those of Node.js. */
  readonly trustFile?: string;
  /** Variables in the environment of every function, besides its own. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Number of processes of one function that may run at a time; further invocations wait. */
  readonly concurrency?: number;
}
