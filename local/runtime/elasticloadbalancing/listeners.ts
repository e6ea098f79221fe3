import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Certificates } from '../../kernel/ports';
import { type Collection, remembered, type Store } from '../../kernel/store';
import { ListenerServer, type ListenerServerOptions } from './listener-server';
import { ProtocolSwitch } from './protocol-switch';
import type { Listener, ListenerAction, LoadBalancer } from './records';
import { checkSpeech, type Speech, tlsContext } from './security';

export interface ListenersOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly certificates: Certificates;
  /** Throws AWS's `LoadBalancerNotFound`. */
  balancer(balancerArn: string): LoadBalancer;
  /** Throws if an action forwards to a missing target group. */
  checkActions(actions: readonly ListenerAction[]): void;
  freePort(): Promise<number>;
  /** Returns the properties of the load balancer that a server needs. */
  behind(
    balancerArn: string,
  ): Pick<ListenerServerOptions, 'pool' | 'count' | 'countTlsError' | 'idleSeconds' | 'dropsInvalidHeaders'>;
  /** There are other listeners now, or they lead elsewhere. */
  changed(): void;
}

export interface ListenerRequest extends Speech {
  readonly loadBalancerArn: string;
  readonly port: number;
  readonly actions: readonly ListenerAction[];
}

/** Listeners, and the servers that they are. */
export class Listeners {
  private readonly records: Collection<Listener>;
  private readonly servers = new Map<string, ListenerServer>();
  private readonly switches = new Map<number, ProtocolSwitch>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: ListenersOptions) {
    this.records = remembered(options.store.collection('elasticloadbalancing.listeners'));
  }

  /** Opens a listener; it serves when this resolves. */
  create(request: ListenerRequest): Promise<Listener> {
    return this.inTurn(async () => {
      const { balancer: find, checkActions, freePort, ids, scope } = this.options;
      const balancer = find(request.loadBalancerArn);
      const siblings = this.list(balancer.arn);
      refuseDuplicate(siblings, request.port, balancer);
      checkActions(request.actions);
      const speech = checkSpeech(request, scope);
      const first = !siblings.some(
        ({ protocol, localPort }) => protocol === speech.protocol && localPort === balancer.port,
      );
      const listener: Listener = {
        loadBalancerArn: balancer.arn,
        port: request.port,
        actions: request.actions,
        ...speech,
        arn: `${balancer.arn.replace(':loadbalancer/', ':listener/')}/${ids.hex(16)}`,
        localPort: first ? balancer.port : await freePort(),
      };
      await this.open(listener);
      this.records.put(listener.arn, listener);
      this.options.changed();
      return listener;
    });
  }

  /** Changes the actions or the protocol of a listener; requests in flight end as they began. */
  modify(
    listenerArn: string,
    { port, actions, ...asked }: Partial<Omit<ListenerRequest, 'loadBalancerArn'>>,
  ): Promise<Listener> {
    return this.inTurn(async () => {
      const { balancer: find, checkActions, certificates, freePort, scope } = this.options;
      const before = this.require(listenerArn);
      const balancer = find(before.loadBalancerArn);
      const others = this.list(balancer.arn).filter(({ arn }) => arn !== listenerArn);
      if (port !== undefined) refuseDuplicate(others, port, balancer);
      if (actions) checkActions(actions);
      const { protocol, security } = checkSpeech({ ...speechOf(before, asked.protocol), ...given(asked) }, scope);
      const { security: _, ...kept } = before;
      const listener: Listener = {
        ...kept,
        port: port ?? before.port,
        actions: actions ?? before.actions,
        protocol,
        ...(security && { security }),
      };
      if (protocol === before.protocol) {
        if (security) this.servers.get(listenerArn)?.secure(await tlsContext(security, certificates));
        return this.keep(listener);
      }
      const taken = others.some((one) => one.localPort === before.localPort && one.protocol === protocol);
      const moved = { ...listener, localPort: taken ? await freePort() : before.localPort };
      await this.open(moved);
      await this.shut(before);
      return this.keep(moved);
    });
  }

  delete(listenerArn: string): Promise<void> {
    return this.inTurn(async () => {
      const listener = this.records.get(listenerArn);
      if (!listener) return;
      this.records.delete(listenerArn);
      await this.shut(listener);
      this.servers.delete(listenerArn);
      this.options.changed();
    });
  }

  list(balancerArn?: string): Listener[] {
    return this.records
      .values()
      .filter((listener) => balancerArn === undefined || listener.loadBalancerArn === balancerArn);
  }

  /** Throws AWS's `ListenerNotFound`. */
  require(listenerArn: string): Listener {
    const listener = this.records.get(listenerArn);
    if (!listener) throw new AwsError('ListenerNotFound', `One or more listeners not found`);
    return listener;
  }

  /** True if any is open. */
  get serving(): boolean {
    return this.servers.size > 0;
  }

  /** Opens every listener at its earlier port. Throws a `UserMistake` if another program uses one. */
  async recover(): Promise<void> {
    for (const listener of this.list()) await this.open(listener);
    this.options.changed();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.switches.values()].map((protocolSwitch) => protocolSwitch.close()));
    this.switches.clear();
    this.servers.clear();
  }

  private keep(listener: Listener): Listener {
    this.records.put(listener.arn, listener);
    this.options.changed();
    return listener;
  }

  private async open(listener: Listener): Promise<void> {
    const { clock, ids, certificates } = this.options;
    const { arn, loadBalancerArn, localPort, protocol, security } = listener;
    const tls = security && (await tlsContext(security, certificates));
    const protocolSwitch = this.switches.get(localPort) ?? new ProtocolSwitch(clock);
    if (!this.switches.has(localPort)) await protocolSwitch.open(localPort);
    this.switches.set(localPort, protocolSwitch);
    const siblingAt = (port: number) => this.list(loadBalancerArn).find((one) => one.port === port);
    const server = new ListenerServer(
      {
        clock,
        ids,
        listener: () => this.records.get(arn) ?? listener,
        localPort: (port) => siblingAt(port)?.localPort,
        ...this.options.behind(loadBalancerArn),
      },
      tls,
    );
    protocolSwitch.lead(protocol, server);
    this.servers.set(arn, server);
  }

  private async shut({ localPort, protocol }: Listener): Promise<void> {
    const protocolSwitch = this.switches.get(localPort);
    if (!protocolSwitch || protocolSwitch.shut(protocol)) return;
    this.switches.delete(localPort);
    await protocolSwitch.close();
  }

  /** In sequence, so that two concurrent creations do not find the same port free. */
  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.last.then(task);
    this.last = done.catch(() => undefined);
    return done;
  }
}

/** Returns the TLS settings that survive a change of protocol. */
function speechOf({ protocol: before, security }: Listener, protocol: string = before): Speech {
  if (!security || protocol !== 'HTTPS') return { protocol };
  return { protocol, sslPolicy: security.policy, certificates: [security.certificateArn] };
}

function given(asked: Speech): Speech {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

function refuseDuplicate(siblings: readonly Listener[], port: number, balancer: LoadBalancer): void {
  if (!siblings.some((sibling) => sibling.port === port)) return;
  throw new AwsError(
    'DuplicateListener',
    `A listener already exists on this port for this load balancer '${balancer.arn}'`,
  );
}
