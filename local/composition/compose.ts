import { join } from 'node:path';
import { servicesByScope } from '../endpoint/by-scope';
import { everyScope } from '../endpoint/options';
import { type Endpoint, startEndpoint } from '../endpoint/server';
import { awsServices, type ServedRooms } from '../endpoint/services';
import type { Scope } from '../kernel/arn';
import type { Clock } from '../kernel/clock';
import type { EventBus } from '../kernel/events';
import { createIds } from '../kernel/ids';
import type { Credentials, Principal } from '../kernel/principal';
import { openStore } from '../kernel/store';
import type { ProviderServices } from '../providers';
import type { Rooms } from './rooms';
import { LOCAL_SCOPE, Scopes } from './scopes';
import { statusRoute } from './status-report';

export interface ComposeOptions {
  /** Directory of all files of the run. */
  readonly directory: string;
  /** Port of the endpoint; 0 for any free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly bus: EventBus;
  /** Real seconds for which Verify watches that an environment keeps answering. Default: 0. */
  readonly stableSeconds?: number;
  /** As in `SandboxesOptions`. */
  readonly buildNetwork?: boolean;
  readonly trustCommits?: boolean;
}

/** One account in one region of a local AWS, and its administrator. */
export interface ScopedRuntime extends ServedRooms, ProviderServices {
  readonly scope: Scope;
  readonly administrator: Credentials;
  /** The person at this machine, as that account's administrator. */
  readonly principal: Principal;
}

/** A local AWS: its services, and the endpoint in front of them. As a scope, it is the default account and region. */
export interface LocalRuntime extends ScopedRuntime {
  readonly bus: EventBus;
  readonly url: string;
  /** The file with the certificate of the authority that vouches for this machine's load balancers. */
  readonly authority: string;
  /** Returns another account or region, created at the first call. Omitted members are the home scope's. */
  in(environment: { readonly account?: string; readonly region?: string }): ScopedRuntime;
  /** All that have been used, the home scope first. */
  scopes(): ScopedRuntime[];
  /** Ends everything that runs. State stays. */
  stop(): Promise<void>;
}

/** AWS accepts signatures that are 15 minutes old. */
const LARGEST_SKEW_MS = 15 * 60_000;

/** Joins the rooms, opens the endpoint, and recovers what a killed runtime left. */
export async function compose(options: ComposeOptions): Promise<LocalRuntime> {
  const store = openStore(join(options.directory, 'state.db'));
  const scopes = new Scopes({ ...options, store });
  scopes.reopen();
  await scopes.authority.open();
  const endpoint = await open(options, scopes);
  scopes.access.port = endpoint.port;
  await scopes.sandboxes.recover();
  await recover(scopes.all());
  return {
    ...scopedRuntime(scopes.home),
    bus: options.bus,
    url: endpoint.url,
    authority: scopes.authority.file,
    in: (environment) => scopedRuntime(scopes.in({ ...LOCAL_SCOPE, ...environment })),
    scopes: () => scopes.all().map(scopedRuntime),
    async stop() {
      await stopAll(scopes.all());
      await scopes.sandboxes.stop();
      await endpoint.close();
      store.close();
    },
  };
}

function scopedRuntime(rooms: Rooms): ScopedRuntime {
  const administrator = rooms.identity.administrator();
  const { principal } = rooms.identity.lookup(administrator.accessKeyId, undefined) ?? {};
  if (!principal) throw new Error('the administrator has no identity');
  return { ...rooms, administrator, principal };
}

function open({ port, clock, bus }: ComposeOptions, scopes: Scopes): Promise<Endpoint> {
  const servicesIn = (scope: Scope) => awsServices(scopes.in(scope));
  const repositoriesFor = (request: Parameters<Rooms['codeCommit']['handle']>[0]) =>
    scopes.all().find(({ codeCommit }) => codeCommit.authorized(request)) ?? scopes.home;
  return startEndpoint({
    port,
    services: servicesByScope(awsServices(scopes.home), servicesIn),
    credentials: (accessKeyId, token) => scopes.accounts.lookup(accessKeyId, token),
    routes: [
      {
        prefix: '/v1/repos/',
        handle: (request, response) => repositoriesFor(request).codeCommit.handle(request, response),
      },
      { prefix: '/_/status', handle: statusRoute(scopes) },
    ],
    scope: everyScope(LOCAL_SCOPE),
    largestSkew: LARGEST_SKEW_MS,
    clock,
    ids: createIds(),
    bus,
  });
}

/** Recovery of each room after a kill, in order: first what runs, then operations on it. */
const RECOVERY: readonly ((rooms: Rooms) => void | Promise<void>)[] = [
  ({ identity }) => identity.recover(),
  ({ s3 }) => s3.recover(),
  ({ ec2 }) => ec2.recover(),
  ({ imageBuilder }) => imageBuilder.recover(),
  ({ builds }) => builds.recover(),
  ({ loadBalancing }) => loadBalancing.recover(),
  ({ scaling }) => scaling.recover(),
  ({ cloudWatch }) => cloudWatch.recover(),
  ({ stacks }) => stacks.recover(),
  ({ functions }) => functions.recover(),
  ({ codeCommit }) => codeCommit.recover(),
  ({ jobs }) => jobs.recover(),
  ({ pipelines }) => pipelines.recover(),
];

/** Rooms in the order of their end: callers before the rooms that they call. */
const ENDING: readonly ((rooms: Rooms) => void | Promise<void>)[] = [
  ({ pipelines }) => pipelines.stop(),
  ({ jobs }) => jobs.stop(),
  ({ codeCommit }) => codeCommit.stop(),
  ({ stacks }) => stacks.stop(),
  ({ functions }) => functions.stop(),
  ({ builds }) => builds.stop(),
  ({ imageBuilder }) => imageBuilder.stop(),
  ({ scaling }) => scaling.stop(),
  ({ cloudWatch }) => cloudWatch.stop(),
  ({ loadBalancing }) => loadBalancing.stop(),
  ({ ec2 }) => ec2.stop(),
];

/** Recovers all scopes step by step, since a room of one scope may call a room of another. */
async function recover(scopes: readonly Rooms[]): Promise<void> {
  for (const step of RECOVERY) for (const rooms of scopes) await step(rooms);
}

async function stopAll(scopes: readonly Rooms[]): Promise<void> {
  for (const step of ENDING) for (const rooms of scopes) await step(rooms);
}
