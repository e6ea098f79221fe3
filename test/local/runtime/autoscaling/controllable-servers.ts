import { AutoScaling, type AutoScalingOptions } from '../../../../local/runtime/autoscaling/auto-scaling';
import type { GroupRequest } from '../../../../local/runtime/autoscaling/group';
import type { LaunchRequest, ServerState, Servers, TargetGroups } from '../../../../local/runtime/autoscaling/ports';
import type { DrivenClock } from '../../../rig/driven-clock';
import { type Room, room } from '../../../rig/room';

/** Servers that the test controls: they run as soon as they are launched, and end when the test says so. */
class ControllableServers implements Servers {
  readonly launches: LaunchRequest[] = [];
  readonly states = new Map<string, ServerState>();
  /** While set, launches fail with these words. */
  refusal?: string;
  /** While set, nothing can be launched from any template, with these words of EC2. */
  unlaunchable?: string;
  /** While set, launches wait for it. */
  hold?: Promise<void>;
  private readonly listeners = new Set<(instanceId: string, reason: string) => void>();

  requireLaunchable() {
    if (this.unlaunchable) throw new Error(this.unlaunchable);
  }

  async launch(request: LaunchRequest) {
    await this.hold;
    if (this.refusal) throw new Error(this.refusal);
    this.launches.push(request);
    const instanceId = `i-${String(this.launches.length).padStart(3, '0')}`;
    this.states.set(instanceId, 'running');
    return { instanceId, instanceType: 't4g.small', imageId: 'ami-1' };
  }

  async terminate(instanceId: string, reason: string) {
    if (this.states.get(instanceId) === 'running') this.end(instanceId, reason);
  }

  state(instanceId: string) {
    return this.states.get(instanceId);
  }

  onEnded(listener: (instanceId: string, reason: string) => void) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The server ends, by itself as it seems to everyone else. */
  end(instanceId: string, reason = 'the test ended it'): void {
    this.states.set(instanceId, 'terminated');
    for (const listener of [...this.listeners]) listener(instanceId, reason);
  }

  get running(): string[] {
    return [...this.states].filter(([, state]) => state === 'running').map(([id]) => id);
  }
}

/** A target group that is drained when the test says so, or at once. */
class ControllableTargets implements TargetGroups {
  readonly registered = new Map<string, string>();
  readonly log: string[] = [];
  /** While set, draining waits for it. */
  hold?: Promise<void>;
  private readonly listeners = new Set<(arn: string, instanceId: string, state: string) => void>();

  exists(arn: string) {
    return arn.startsWith('arn:target');
  }

  register(_arn: string, instanceId: string) {
    this.registered.set(instanceId, 'initial');
    this.log.push(`register ${instanceId}`);
  }

  async deregister(_arn: string, instanceId: string) {
    this.log.push(`deregister ${instanceId}`);
    await this.hold;
    this.registered.delete(instanceId);
  }

  health(_arn: string, instanceId: string) {
    return this.registered.get(instanceId) ?? 'unused';
  }

  onHealthChanged(listener: (arn: string, instanceId: string, state: string) => void) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  become(instanceId: string, state: string): void {
    this.registered.set(instanceId, state);
    for (const listener of [...this.listeners]) listener('arn:target', instanceId, state);
  }
}

export interface Fleet extends Room<DrivenClock> {
  servers: ControllableServers;
  targets: ControllableTargets;
  scaling: AutoScaling;
  options: AutoScalingOptions;
  /** Lets what is under way happen, without any time passing. */
  settle(): Promise<void>;
  /** `i-001 InService` of each instance, oldest first. */
  states(group?: string): string[];
}

/** An Auto Scaling of two zones over controllable servers. */
export function fleet(more: Partial<AutoScalingOptions> = {}): Fleet {
  const parts = room();
  const servers = new ControllableServers();
  const targets = new ControllableTargets();
  const zones: Record<string, string> = { 'subnet-a': 'eu-west-1a', 'subnet-b': 'eu-west-1b' };
  const subnets = { availabilityZoneOf: (id: string) => zones[id] };
  const options = { ...parts, servers, targetGroups: targets, subnets, ...more };
  const scaling = new AutoScaling(options);
  return {
    ...parts,
    servers,
    targets,
    scaling,
    options,
    settle: () => parts.clock.advance(0),
    states: (group = 'fleet') =>
      scaling.instances(group).map((instance) => `${instance.instanceId} ${instance.lifecycleState}`),
  };
}

export function groupRequest(change: Partial<GroupRequest> = {}): GroupRequest {
  return {
    name: 'fleet',
    minSize: 2,
    maxSize: 4,
    launchTemplate: { id: 'lt-1', version: '1' },
    subnets: ['subnet-a', 'subnet-b'],
    targetGroups: ['arn:target'],
    healthCheckType: 'EC2',
    healthCheckGracePeriod: 0,
    terminationPolicies: ['Default'],
    defaultCooldown: 300,
    tags: [],
    ...change,
  };
}
