import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import type { Ids } from '../../kernel/ids';
import type { EndpointAccess, Logs, Objects, Roles } from '../../kernel/ports';
import type { Store } from '../../kernel/store';

/** What Lambda is made of. */
export interface FunctionsOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  /** For the code of functions. */
  readonly directory: string;
  readonly objects: Objects;
  readonly logs: Logs;
  readonly roles: Roles;
  readonly access: EndpointAccess;
  /** What every function finds in its environment, besides what is its own. */
  readonly variables?: Readonly<Record<string, string>>;
  /** How many processes of one function run at a time; further invocations wait. */
  readonly concurrency?: number;
}
