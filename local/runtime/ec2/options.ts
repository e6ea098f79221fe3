import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import type { Ids } from '../../kernel/ids';
import type { Machines } from '../../kernel/machines';
import type { EventPublisher, Logs, Roles } from '../../kernel/ports';
import type { Credentials } from '../../kernel/principal';
import type { Store } from '../../kernel/store';
import type { ImageParameters, InstanceProfiles, Subnets } from './ports';

/** Dependencies of EC2. */
export interface Ec2Options {
  readonly scope: Scope;
  readonly store: Store;
  /** The same for every scope: an image may be shared with another account, and its copies share its layers. */
  readonly imageStore?: Store;
  /** Layers that instances of other scopes run from. */
  layersElsewhere?(): readonly string[];
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  readonly logs: Logs;
  readonly events: EventPublisher;
  readonly roles: Roles;
  readonly profiles: InstanceProfiles;
  readonly subnets: Subnets;
  readonly parameters: ImageParameters;
  readonly machines: Machines;
  /** For the files of instances. On the file system of the layers. */
  readonly directory: string;
  /** AWS's name of this machine's architecture: `x86_64`, `arm64`. */
  readonly architecture: string;
  /** Name of this machine's root, for people: `Debian GNU/Linux 12 (bookworm)`. */
  readonly rootName: string;
  /** Credentials of an instance's own identity, with which `cfn-signal` signs without a role (F19). */
  identity?(instanceId: string): Credentials;
}
