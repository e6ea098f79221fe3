import { arn } from '../../kernel/arn';
import { type Cancel, everyMinute } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { Certificates, Metrics } from '../../kernel/ports';
import { type Collection, remembered } from '../../kernel/store';
import { type ListenerRequest, Listeners, type ListenersOptions } from './listeners';
import { Measures } from './measures';
import { freePort } from './ports';
import {
  type Attributes,
  DEFAULT_LOAD_BALANCER_ATTRIBUTES,
  type Listener,
  type ListenerAction,
  type LoadBalancer,
  type Tags,
} from './records';
import { TargetGroups, type TargetGroupsOptions } from './target-groups';

export interface ElasticLoadBalancingOptions extends TargetGroupsOptions {
  /** Load balancers get ports of 127.0.0.1 from here up; 0 for any free one. */
  readonly basePort: number;
  readonly metrics: Pick<Metrics, 'put'>;
  readonly certificates: Certificates;
  /** The network of a subnet, or undefined for a subnet that does not exist. */
  subnet(subnetId: string): { vpcId: string; availabilityZone: string } | undefined;
  readonly publicAddresses: PublicAddresses;
}

/** The addresses by which the internet reaches load balancers. */
export interface PublicAddresses {
  /** Throws AWS's `InvalidSubnet` if the network has no internet gateway. */
  mapPublicAddresses(vpcId: string, owner: string): void;
  releasePublicAddresses(owner: string): void;
}

export interface LoadBalancerRequest {
  readonly name: string;
  readonly scheme: LoadBalancer['scheme'];
  readonly ipAddressType: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly attributes: Attributes;
  readonly tags: Tags;
}

/** Elastic Load Balancing with Application Load Balancers. */
export class ElasticLoadBalancing {
  readonly targetGroups: TargetGroups;
  private readonly balancers: Collection<LoadBalancer>;
  private readonly servers: Listeners;
  private readonly promised = new Set<number>();
  private readonly measures: Measures;
  private stopMeasuring: Cancel | undefined;
  private lastPort: Promise<number> = Promise.resolve(0);

  constructor(private readonly options: ElasticLoadBalancingOptions) {
    this.targetGroups = new TargetGroups(options);
    this.measures = new Measures(options.clock, options.metrics);
    this.balancers = remembered(options.store.collection('elasticloadbalancing.load-balancers'));
    this.servers = new Listeners({
      ...options,
      balancer: (balancerArn) => this.require(balancerArn),
      checkActions: (actions) => this.requireTargets(actions),
      freePort: () => this.freePort(),
      behind: (balancerArn) => this.behind(balancerArn),
      changed: () => this.followUse(),
    });
  }

  /** Makes a load balancer and reserves the address that it keeps for life. */
  async createLoadBalancer(request: LoadBalancerRequest): Promise<LoadBalancer> {
    if (this.loadBalancers().some((balancer) => balancer.name === request.name)) {
      const message = `A load balancer with the same name '${request.name}' exists, but with different settings`;
      throw new AwsError('DuplicateLoadBalancerName', message);
    }
    const vpcId = this.vpcOf(request.subnets);
    const { clock, ids, scope } = this.options;
    const balancer: LoadBalancer = {
      ...request,
      vpcId,
      arn: arn(scope, 'elasticloadbalancing', `loadbalancer/app/${request.name}/${ids.hex(16)}`),
      attributes: { ...DEFAULT_LOAD_BALANCER_ATTRIBUTES, ...request.attributes },
      createdAt: clock.now().toISOString(),
      port: await this.freePort(),
    };
    if (request.scheme === 'internet-facing') this.options.publicAddresses.mapPublicAddresses(vpcId, balancer.arn);
    this.balancers.put(balancer.arn, balancer);
    return balancer;
  }

  modifyLoadBalancer(
    balancerArn: string,
    change: Partial<Pick<LoadBalancer, 'subnets' | 'securityGroups' | 'attributes' | 'tags' | 'ipAddressType'>>,
  ): LoadBalancer {
    const before = this.require(balancerArn);
    if (change.subnets) this.vpcOf(change.subnets);
    const attributes = { ...before.attributes, ...change.attributes };
    const balancer = { ...before, ...change, attributes };
    this.balancers.put(balancerArn, balancer);
    return balancer;
  }

  /** Deletes it with its listeners. Refused under deletion protection; a missing one is not an error. */
  async deleteLoadBalancer(balancerArn: string): Promise<void> {
    const balancer = this.balancers.get(balancerArn);
    if (!balancer) return;
    if (balancer.attributes['deletion_protection.enabled'] === 'true') {
      const message = `Load balancer '${balancerArn}' cannot be deleted because deletion protection is enabled`;
      throw new AwsError('OperationNotPermitted', message);
    }
    for (const listener of this.listeners(balancerArn)) await this.deleteListener(listener.arn);
    this.options.publicAddresses.releasePublicAddresses(balancerArn);
    this.balancers.delete(balancerArn);
  }

  /** Opens a listener; it serves when this resolves. */
  createListener(request: ListenerRequest): Promise<Listener> {
    return this.servers.create(request);
  }

  /** Changes the actions or the protocol of a listener; requests in flight end as they began. */
  modifyListener(listenerArn: string, change: Partial<Omit<ListenerRequest, 'loadBalancerArn'>>): Promise<Listener> {
    return this.servers.modify(listenerArn, change);
  }

  deleteListener(listenerArn: string): Promise<void> {
    return this.servers.delete(listenerArn);
  }

  deleteTargetGroup(groupArn: string): void {
    this.targetGroups.delete(groupArn, this.usersOf(groupArn).length > 0);
  }

  loadBalancers(): LoadBalancer[] {
    return this.balancers.values();
  }

  listeners(balancerArn?: string): Listener[] {
    return this.servers.list(balancerArn);
  }

  /** The load balancers that forward to a target group. */
  usersOf(groupArn: string): string[] {
    const users = this.listeners().filter((listener) => listener.actions.some((action) => leadsTo(action, groupArn)));
    return [...new Set(users.map((listener) => listener.loadBalancerArn))];
  }

  /** Throws AWS's `LoadBalancerNotFound`. */
  require(balancerArn: string): LoadBalancer {
    const balancer = this.balancers.get(balancerArn);
    if (!balancer) throw new AwsError('LoadBalancerNotFound', `Load balancers '[${balancerArn}]' not found`);
    return balancer;
  }

  /** Throws AWS's `ListenerNotFound`. */
  requireListener(listenerArn: string): Listener {
    return this.servers.require(listenerArn);
  }

  /** Opens every listener at its earlier port. Throws a `UserMistake` if another program uses one. */
  recover(): Promise<void> {
    return this.servers.recover();
  }

  async stop(): Promise<void> {
    this.stopReporting();
    this.targetGroups.stop();
    await this.servers.stop();
  }

  private stopReporting(): void {
    this.stopMeasuring?.();
    this.stopMeasuring = undefined;
  }

  private behind(balancerArn: string): ReturnType<ListenersOptions['behind']> {
    const attribute = (name: string) => this.balancers.get(balancerArn)?.attributes[name];
    const balancer = fullName(balancerArn);
    const nameOf = memoized(fullName);
    return {
      pool: (groupArn) => this.targetGroups.pool(groupArn),
      count: (groupArn, outcome) => this.measures.count(balancer, nameOf(groupArn), outcome),
      countTlsError: () => this.measures.countTlsError(balancer),
      idleSeconds: () => Number(attribute('idle_timeout.timeout_seconds') ?? 60),
      dropsInvalidHeaders: () => attribute('routing.http.drop_invalid_header_fields.enabled') === 'true',
    };
  }

  /** Returns each target group in use of each load balancer, with the numbers of its healthy and unhealthy targets. */
  private usedGroups() {
    return this.targetGroups.list().flatMap(({ arn: groupArn }) => {
      const states = this.targetGroups.describe(groupArn).map(({ health }) => health.state);
      const counted = (state: string) => states.filter((one) => one === state).length;
      if (states.length === 0) return [];
      return this.usersOf(groupArn).map((balancerArn) => ({
        loadBalancer: fullName(balancerArn),
        targetGroup: fullName(groupArn),
        healthy: counted('healthy'),
        unhealthy: counted('unhealthy'),
      }));
    });
  }

  /** Targets are checked, and traffic is measured, while a listener forwards to their group, and only then. */
  private followUse(): void {
    if (!this.servers.serving) this.stopReporting();
    else this.stopMeasuring ??= everyMinute(this.options.clock, 0, () => this.measures.report(this.usedGroups()));
    for (const group of this.targetGroups.list()) {
      this.targetGroups.pool(group.arn)?.setInUse(this.usersOf(group.arn).length > 0);
    }
  }

  private requireTargets(actions: readonly ListenerAction[]): void {
    for (const action of actions) if (action.type === 'forward') this.targetGroups.require(action.targetGroupArn);
  }

  /** Refuses, with AWS's message, missing subnets, and subnets in fewer than two zones. */
  private vpcOf(subnetIds: readonly string[]): string {
    const subnets = subnetIds.map((id) => {
      const subnet = this.options.subnet(id);
      if (!subnet) throw new AwsError('SubnetNotFound', `The subnet ID '${id}' does not exist`);
      return subnet;
    });
    if (new Set(subnets.map((subnet) => subnet.availabilityZone)).size < 2) {
      const message = 'At least two subnets in two different Availability Zones must be specified';
      throw new AwsError('ValidationError', message);
    }
    return subnets[0]!.vpcId;
  }

  /** In sequence, so that two load balancers that are created concurrently get two ports. */
  private freePort(): Promise<number> {
    const next = this.lastPort.then(async () => {
      const kept = [...this.loadBalancers().map(({ port }) => port), ...this.listeners().map((one) => one.localPort)];
      const port = await freePort(this.options.basePort, new Set([...kept, ...this.promised]));
      this.promised.add(port);
      return port;
    });
    this.lastPort = next.catch(() => 0);
    return next;
  }
}

function leadsTo(action: ListenerAction, groupArn: string): boolean {
  return action.type === 'forward' && action.targetGroupArn === groupArn;
}

/**
 * Returns the value of `DNSName`: an address with its port, because all load balancers of this machine share 127.0.0.1.
 * On AWS it has none; `http://${DNSName}` works on both.
 */
export function dnsName(balancer: Pick<LoadBalancer, 'port'>): string {
  return `127.0.0.1:${balancer.port}`;
}

/** `app/name/0123456789abcdef`, as CloudWatch names it. */
export function fullName(resourceArn: string): string {
  return resourceArn
    .split(':')
    .slice(5)
    .join(':')
    .replace(/^loadbalancer\//, '');
}

/** Returns the function with a cache, for values that every request needs. */
function memoized(of: (key: string) => string): (key: string) => string {
  const known = new Map<string, string>();
  return (key) => {
    const value = known.get(key) ?? of(key);
    known.set(key, value);
    return value;
  };
}
