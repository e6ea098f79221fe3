import { join } from 'node:path';
import { LocalEndpoint } from './child-environment';
import { singleScope } from './endpoint/options';
import { type Endpoint, startEndpoint } from './endpoint/server';
import { awsServices, type ServedRooms } from './endpoint/services';
import type { Scope } from './kernel/arn';
import type { Clock } from './kernel/clock';
import type { EventBus } from './kernel/events';
import { createIds } from './kernel/ids';
import type { Credentials, Principal } from './kernel/principal';
import { openStore } from './kernel/store';
import type { ProviderServices } from './providers';
import { joinRooms, type Rooms } from './rooms';
import { statusRoute } from './status-report';

/** The one account and region that a local run serves. */
export const LOCAL_SCOPE: Scope = { partition: 'aws', region: 'eu-west-1', account: '000000000000' };

export interface ComposeOptions {
  /** Everything that the run keeps lies below it. */
  readonly directory: string;
  /** Of the endpoint; 0 for any free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly bus: EventBus;
}

/** A local AWS: its services, and the endpoint in front of them. */
export interface LocalRuntime extends ServedRooms, ProviderServices {
  readonly scope: Scope;
  readonly bus: EventBus;
  readonly url: string;
  readonly administrator: Credentials;
  /** The person at this machine. */
  readonly principal: Principal;
  /** Ends everything that runs. State stays. */
  stop(): Promise<void>;
}

/** Joins the rooms, opens the endpoint, and brings to rest what a killed runtime left. */
export async function compose(options: ComposeOptions): Promise<LocalRuntime> {
  const store = openStore(join(options.directory, 'state.db'));
  const access = new LocalEndpoint(LOCAL_SCOPE.region);
  const { account, region } = LOCAL_SCOPE;
  const rooms = joinRooms({ ...options, scope: LOCAL_SCOPE, store: store.scoped(`${account}/${region}`), access });
  const endpoint = await open(options, rooms);
  access.port = endpoint.port;
  await recover(rooms);
  const administrator = rooms.identity.administrator();
  const { principal } = rooms.identity.lookup(administrator.accessKeyId, undefined) ?? {};
  if (!principal) throw new Error('the administrator has no identity');
  const { sandboxes, ...services } = rooms;
  return {
    ...services,
    scope: LOCAL_SCOPE,
    bus: options.bus,
    clock: options.clock,
    url: endpoint.url,
    administrator,
    principal,
    async stop() {
      await stopAll(rooms);
      await endpoint.close();
      store.close();
    },
  };
}

function open({ port, clock, bus }: ComposeOptions, rooms: Rooms): Promise<Endpoint> {
  const { identity, codeCommit } = rooms;
  return startEndpoint({
    port,
    services: awsServices(rooms),
    credentials: (accessKeyId, token) => identity.lookup(accessKeyId, token),
    routes: [
      { prefix: '/v1/repos/', handle: (request, response) => codeCommit.handle(request, response) },
      { prefix: '/_/status', handle: statusRoute(rooms, identity.administrator()) },
    ],
    scope: singleScope(LOCAL_SCOPE),
    clock,
    ids: createIds(),
    bus,
  });
}

/** Each room brings to rest what a kill interrupted: what runs first, then what was being done with it. */
async function recover(rooms: Rooms): Promise<void> {
  await rooms.sandboxes.recover();
  rooms.identity.recover();
  rooms.s3.recover();
  await rooms.ec2.recover();
  await rooms.imageBuilder.recover();
  await rooms.builds.recover();
  await rooms.loadBalancing.recover();
  await rooms.scaling.recover();
  rooms.stacks.recover();
  await rooms.functions.recover();
  await rooms.codeCommit.recover();
  rooms.jobs.recover();
  rooms.pipelines.recover();
}

/** Callers first, then what they call. */
async function stopAll(rooms: Rooms): Promise<void> {
  await rooms.pipelines.stop();
  rooms.jobs.stop();
  await rooms.codeCommit.stop();
  await rooms.stacks.stop();
  await rooms.functions.stop();
  await rooms.builds.stop();
  await rooms.imageBuilder.stop();
  await rooms.scaling.stop();
  await rooms.loadBalancing.stop();
  await rooms.ec2.stop();
  await rooms.sandboxes.stop();
}
