import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import type { Ids } from '../../kernel/ids';
import type { EndpointAccess, Logs, Objects, Parameters, Roles } from '../../kernel/ports';
import type { Store } from '../../kernel/store';
import type { Machines } from './machines';

/** Dependencies of CodeBuild. */
export interface CodeBuildOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  /** For the directories of builds and the caches of projects. */
  readonly directory: string;
  readonly machines: Machines;
  readonly objects: Objects;
  readonly logs: Logs;
  readonly parameters: Parameters;
  readonly roles: Roles;
  readonly access: EndpointAccess;
}
