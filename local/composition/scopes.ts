import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Scope, scopeName } from '../kernel/arn';
import type { Clock } from '../kernel/clock';
import type { EventBus } from '../kernel/events';
import { createIds } from '../kernel/ids';
import type { Collection, Store } from '../kernel/store';
import { Authority } from '../runtime/acm/authority';
import { Accounts } from '../runtime/iam/accounts';
import { TOE_PROGRAMS } from '../runtime/imagebuilder/image-builder';
import { Sandboxes } from '../runtime/sandbox/sandbox';
import { callersEnvironment, LocalEndpoint } from './child-environment';
import { joinRooms, type Rooms, type Shared } from './rooms';

/** The default account and region. */
export const LOCAL_SCOPE: Scope = { partition: 'aws', region: 'eu-west-1', account: '000000000000' };

/** Port range of load balancers: below the ephemeral ports of the system. */
export const LOAD_BALANCER_PORTS = { first: 8080, ranges: 1000, each: 20 };

export interface ScopesOptions {
  /** The whole run's. */
  readonly store: Store;
  readonly clock: Clock;
  readonly bus: EventBus;
  /** As in `Shared`. */
  readonly stableSeconds?: number;
  /** As in `SandboxesOptions`. */
  readonly buildNetwork?: boolean;
  readonly trustCommits?: boolean;
  /** Directory of all files of the run, except the store. */
  readonly directory: string;
}

/** A scope that was used once, and its place among the others. */
interface Known {
  readonly scope: Scope;
  readonly place: number;
}

/**
 * The accounts and regions of a run: each is a composition of all rooms, made when it is first used. Shared are the
 * machines, the names of buckets, and, between the regions of an account, IAM.
 */
export class Scopes {
  /** Address of the endpoint, which is set here. */
  readonly access = new LocalEndpoint(LOCAL_SCOPE.region);
  readonly accounts: Accounts;
  readonly sandboxes: Sandboxes;
  readonly authority: Authority;
  readonly home: Rooms;
  private readonly shared: Shared;
  private readonly known: Collection<Known>;
  private readonly made = new Map<string, Rooms>();

  constructor(private readonly options: ScopesOptions) {
    const { store, clock, bus, directory, stableSeconds, buildNetwork, trustCommits } = options;
    const ids = createIds();
    // IAM is global and is stored in one region, as on AWS.
    this.accounts = new Accounts({ clock, ids, store: (account) => this.storeOf({ ...LOCAL_SCOPE, account }) });
    this.sandboxes = new Sandboxes({
      clock,
      bus,
      ids,
      directory: join(directory, 'sandboxes'),
      endpoint: () => this.access,
      programs: TOE_PROGRAMS,
      buildNetwork,
      trustCommits,
    });
    this.authority = new Authority({
      clock,
      ids,
      directory: join(directory, 'certificates'),
      alsoTrusted: callersEnvironment()['NODE_EXTRA_CA_CERTS'],
    });
    const storage = { store: this.storeOf(LOCAL_SCOPE), directory: join(directory, 's3') };
    this.shared = { clock, bus, stableSeconds, storage, sandboxes: this.sandboxes, authority: this.authority };
    this.known = store.collection('scopes');
    this.home = this.in(LOCAL_SCOPE);
  }

  /** Returns the rooms of a scope, which are created at its first use. */
  in(scope: Scope): Rooms {
    const name = scopeName(scope);
    const rooms = this.made.get(name) ?? this.make(scope, name);
    this.made.set(name, rooms);
    return rooms;
  }

  /** Those that have been made, the home scope first. */
  all(): Rooms[] {
    return [...this.made.values()];
  }

  /** Creates the rooms of earlier runs on this state, which may have unfinished work. */
  reopen(): void {
    for (const { scope } of this.known.values().sort((one, other) => one.place - other.place)) this.in(scope);
  }

  private make(scope: Scope, name: string): Rooms {
    const place = this.placeOf(scope, name);
    const { directory } = this.options;
    return joinRooms({
      ...this.shared,
      scope,
      store: this.storeOf(scope),
      account: this.accounts.of(scope),
      anyAccount: scope.account === LOCAL_SCOPE.account,
      directory: place === 0 ? directory : join(directory, 'scopes', name.replace('/', '-')),
      access: this.access.in(scope.region),
      workplace: (other) => this.in(other),
      layersElsewhere: () =>
        this.all()
          .filter((other) => other.scope !== scope)
          .flatMap(({ ec2 }) => ec2.instances.layersInUse()),
      loadBalancerPort: loadBalancerPort(directory, place),
    });
  }

  /** Returns the permanent number of a scope: its load balancers' addresses depend on it. */
  private placeOf(scope: Scope, name: string): number {
    const known = this.known.get(name) ?? { scope, place: this.known.values().length };
    this.known.put(name, known);
    return known.place;
  }

  private storeOf(scope: Scope): Store {
    return this.options.store.scoped(scopeName(scope));
  }
}

/**
 * Returns the first port for the load balancers of one scope of the state in `directory`. Each state has its own
 * ranges, so that an environment finds its address free again after other runs.
 */
function loadBalancerPort(directory: string, place: number): number {
  const { first, ranges, each } = LOAD_BALANCER_PORTS;
  return first + each * ((createHash('sha256').update(directory).digest().readUInt32BE() + place) % ranges);
}
