import { arn } from '../../kernel/arn';
import { type Cancel, everyMinute } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { Metrics } from '../../kernel/ports';
import type { Collection } from '../../kernel/store';
import { Door } from './door';
import { Measures } from './measures';
import { freePort } from './ports';
import {
  type Action,
  type Attributes,
  DEFAULT_LOAD_BALANCER_ATTRIBUTES,
  type Listener,
  type LoadBalancer,
  type Tags,
} from './records';
import { TargetGroups, type TargetGroupsOptions } from './target-groups';

export interface ElasticLoadBalancingOptions extends TargetGroupsOptions {
  /** Load balancers get ports of 127.0.0.1 from here up; 0 for any free one. */
  readonly basePort: number;
  readonly metrics: Pick<Metrics, 'put'>;
  /** The network of a subnet, or undefined for a subnet that does not exist. */
  subnet(subnetId: string): { vpcId: string; availabilityZone: string } | undefined;
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

/** Elastic Load Balancing, as far as an Application Load Balancer with HTTP listeners goes. */
export class ElasticLoadBalancing {
  readonly targetGroups: TargetGroups;
  private readonly balancers: Collection<LoadBalancer>;
  private readonly listenersByArn: Collection<Listener>;
  private readonly doors = new Map<string, Door>();
  private readonly promised = new Set<number>();
  private readonly measures: Measures;
  private stopMeasuring: Cancel | undefined;
  private lastPort: Promise<number> = Promise.resolve(0);

  constructor(private readonly options: ElasticLoadBalancingOptions) {
    this.targetGroups = new TargetGroups(options);
    this.measures = new Measures(options.clock, options.metrics);
    this.balancers = options.store.collection('elasticloadbalancing.load-balancers');
    this.listenersByArn = options.store.collection('elasticloadbalancing.listeners');
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

  /** Its listeners go with it. Refused under deletion protection; one that is gone is not an error. */
  async deleteLoadBalancer(balancerArn: string): Promise<void> {
    const balancer = this.balancers.get(balancerArn);
    if (!balancer) return;
    if (balancer.attributes['deletion_protection.enabled'] === 'true') {
      const message = `Load balancer '${balancerArn}' cannot be deleted because deletion protection is enabled`;
      throw new AwsError('OperationNotPermitted', message);
    }
    for (const listener of this.listeners(balancerArn)) await this.deleteListener(listener.arn);
    this.balancers.delete(balancerArn);
  }

  /** Opens a listener; it serves when this resolves. */
  async createListener(request: {
    loadBalancerArn: string;
    port: number;
    actions: readonly Action[];
  }): Promise<Listener> {
    const balancer = this.require(request.loadBalancerArn);
    const siblings = this.listeners(balancer.arn);
    if (siblings.some((sibling) => sibling.port === request.port)) {
      throw new AwsError(
        'DuplicateListener',
        `A listener already exists on this port for this load balancer '${balancer.arn}'`,
      );
    }
    this.requireTargets(request.actions);
    const reserved = siblings.some((sibling) => sibling.localPort === balancer.port) ? undefined : balancer.port;
    const listener: Listener = {
      ...request,
      arn: `${balancer.arn.replace(':loadbalancer/', ':listener/')}/${this.options.ids.hex(16)}`,
      localPort: reserved ?? (await this.freePort()),
      protocol: 'HTTP',
    };
    await this.openDoor(listener);
    this.listenersByArn.put(listener.arn, listener);
    this.followUse();
    return listener;
  }

  /** Changes what a listener does; requests that are under way end as they began. */
  modifyListener(listenerArn: string, actions: readonly Action[]): Listener {
    const before = this.requireListener(listenerArn);
    this.requireTargets(actions);
    const listener = { ...before, actions };
    this.listenersByArn.put(listenerArn, listener);
    this.followUse();
    return listener;
  }

  async deleteListener(listenerArn: string): Promise<void> {
    this.listenersByArn.delete(listenerArn);
    await this.doors.get(listenerArn)?.close();
    this.doors.delete(listenerArn);
    if (this.doors.size === 0) this.stopReporting();
    this.followUse();
  }

  deleteTargetGroup(groupArn: string): void {
    this.targetGroups.delete(groupArn, this.usersOf(groupArn).length > 0);
  }

  loadBalancers(): LoadBalancer[] {
    return this.balancers.values();
  }

  listeners(balancerArn?: string): Listener[] {
    return this.listenersByArn
      .values()
      .filter((listener) => balancerArn === undefined || listener.loadBalancerArn === balancerArn);
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
    const listener = this.listenersByArn.get(listenerArn);
    if (!listener) throw new AwsError('ListenerNotFound', `One or more listeners not found`);
    return listener;
  }

  /** Opens every listener at the port it had. Throws a `UserMistake` where another program has taken one. */
  async recover(): Promise<void> {
    for (const listener of this.listeners()) await this.openDoor(listener);
    this.followUse();
  }

  async stop(): Promise<void> {
    this.stopReporting();
    this.targetGroups.stop();
    await Promise.all([...this.doors.values()].map((door) => door.close()));
    this.doors.clear();
  }

  private stopReporting(): void {
    this.stopMeasuring?.();
    this.stopMeasuring = undefined;
  }

  private async openDoor(listener: Listener): Promise<void> {
    const { clock, ids } = this.options;
    const attribute = (name: string) => this.balancers.get(listener.loadBalancerArn)?.attributes[name];
    const door = new Door({
      clock,
      ids,
      action: () => (this.listenersByArn.get(listener.arn) ?? listener).actions.at(-1)!,
      pool: (groupArn) => this.targetGroups.pool(groupArn),
      count: (groupArn, outcome) =>
        this.measures.count(fullName(listener.loadBalancerArn), fullName(groupArn), outcome),
      idleSeconds: () => Number(attribute('idle_timeout.timeout_seconds') ?? 60),
      dropsInvalidHeaders: () => attribute('routing.http.drop_invalid_header_fields.enabled') === 'true',
    });
    await door.open(listener.localPort);
    this.doors.set(listener.arn, door);
    this.stopMeasuring ??= everyMinute(clock, 0, () => this.measures.report(this.usedGroups()));
  }

  /** Targets are checked while a listener forwards to their group, and only then. */
  /** Each target group of each load balancer that has targets, with how many of them are healthy and how many not. */
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

  private followUse(): void {
    for (const group of this.targetGroups.list()) {
      this.targetGroups.pool(group.arn)?.setInUse(this.usersOf(group.arn).length > 0);
    }
  }

  private requireTargets(actions: readonly Action[]): void {
    for (const action of actions) if (action.type === 'forward') this.targetGroups.require(action.targetGroupArn);
  }

  /** Refuses, in AWS's words, subnets that do not exist or lie in fewer than two zones. */
  private vpcOf(subnetIds: readonly string[]): string | undefined {
    const subnets = subnetIds.map((id) => {
      const subnet = this.options.subnet(id);
      if (!subnet) throw new AwsError('SubnetNotFound', `The subnet ID '${id}' does not exist`);
      return subnet;
    });
    if (new Set(subnets.map((subnet) => subnet.availabilityZone)).size < 2) {
      const message = 'At least two subnets in two different Availability Zones must be specified';
      throw new AwsError('ValidationError', message);
    }
    return subnets[0]?.vpcId;
  }

  /** One after another, so that two load balancers made at once get two ports. */
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

function leadsTo(action: Action, groupArn: string): boolean {
  return action.type === 'forward' && action.targetGroupArn === groupArn;
}

/**
 * What `DNSName` gives: an address with its port, because all load balancers of this machine share 127.0.0.1. On AWS it
 * has none; `http://${DNSName}` works on both.
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
