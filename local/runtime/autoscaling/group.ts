import { AwsError } from '../../kernel/failure';
import type { LaunchTemplateReference } from './ports';

/** The processes that can be suspended, one at a time or all. */
const PROCESSES = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
] as const;

export type Process = (typeof PROCESSES)[number];

/** Group sizes as a template declares them. */
export interface DeclaredSizes {
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredCapacity?: number;
}

/** Request to create a group. */
export interface GroupRequest extends DeclaredSizes {
  readonly name: string;
  readonly launchTemplate: LaunchTemplateReference;
  /** Subnet ids. */
  readonly subnets: readonly string[];
  /** ARNs. */
  readonly targetGroups: readonly string[];
  readonly healthCheckType: 'EC2' | 'ELB';
  /** Seconds after InService in which ELB health does not count (F33: default 0). */
  readonly healthCheckGracePeriod: number;
  readonly terminationPolicies: readonly TerminationPolicy[];
  /** Seconds from InService until an instance counts as warmed up. Absent without a value. */
  readonly defaultInstanceWarmup?: number;
  /** Seconds. Kept and shown: no simple scaling policy exists here that would heed it. */
  readonly defaultCooldown: number;
  readonly tags: readonly GroupTag[];
}

export type TerminationPolicy = 'Default' | 'OldestInstance' | 'NewestInstance' | 'OldestLaunchTemplate';

export interface GroupTag {
  readonly key: string;
  readonly value: string;
  readonly propagateAtLaunch: boolean;
}

export interface Suspension {
  readonly process: Process;
  /** AWS's text: `User suspended at …`. */
  readonly reason: string;
  /** A rolling update resumes only the processes that it suspended. */
  readonly by: 'user' | 'rolling-update';
}

/** A group in its current state. */
export interface Group extends GroupRequest {
  readonly arn: string;
  readonly desiredCapacity: number;
  /** While a rolling update runs: the minimum it has set instead of `minSize`. */
  readonly temporaryMinSize?: number;
  /** Number of instances above the desired capacity during an instance refresh. */
  readonly surge?: number;
  /** During an instance refresh with a desired configuration: the template for launches instead of `launchTemplate`. */
  readonly refreshTemplate?: LaunchTemplateReference;
  /** The sizes that its owner set last, to detect changes of a template (F10). */
  readonly declared: DeclaredSizes;
  readonly suspended: readonly Suspension[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly deleting?: boolean;
  /** Cause of the last change of capacity, in AWS's words, for the resulting activities. */
  readonly capacityCause?: string;
}

/** Changes of a group. Callers for a template must give `declared`. */
export type GroupChange = Partial<Omit<GroupRequest, 'name'>> & Partial<Pick<Group, 'declared'>>;

/** F32. An ended instance leaves the group, so there is no `Terminated`. */
export type LifecycleState =
  | 'Pending'
  | 'Pending:Wait'
  | 'Pending:Proceed'
  | 'InService'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Terminating:Proceed';

export interface GroupInstance {
  readonly instanceId: string;
  readonly group: string;
  readonly lifecycleState: LifecycleState;
  readonly healthStatus: 'Healthy' | 'Unhealthy';
  /** Which check found it unhealthy. */
  readonly unhealthyBy?: 'EC2' | 'ELB';
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly launchTemplate: LaunchTemplateReference;
  readonly instanceType?: string;
  readonly imageId?: string;
  /** ISO 8601. */
  readonly launchedAt: string;
  readonly inServiceSince?: string;
  /** The activity that launches or terminates it now. */
  readonly activityId?: string;
}

/** True if an instance counts towards the group's capacity. */
export function isLive(instance: Pick<GroupInstance, 'lifecycleState'>): boolean {
  return !instance.lifecycleState.startsWith('Terminating');
}

export function isSuspended(group: Pick<Group, 'suspended'>, process: Process): boolean {
  return group.suspended.some((suspension) => suspension.process === process);
}

/** The minimum that holds now. */
export function minSizeOf(group: Pick<Group, 'minSize' | 'temporaryMinSize'>): number {
  return group.temporaryMinSize ?? group.minSize;
}

/** Returns the launch template that the group uses now. */
export function launchesFrom(group: Pick<Group, 'launchTemplate' | 'refreshTemplate'>): LaunchTemplateReference {
  return group.refreshTemplate ?? group.launchTemplate;
}

/** True if the group would launch this instance today (F2). */
export function matchesGroup(instance: GroupInstance, group: Group): boolean {
  const { id, version } = launchesFrom(group);
  return (
    instance.launchTemplate.id === id &&
    instance.launchTemplate.version === version &&
    group.subnets.includes(instance.subnetId)
  );
}

/** Converts names to processes (all by default). Throws AWS's `ValidationError` for an unknown name. */
export function processesNamed(names: readonly string[]): Process[] {
  const unknown = names.find((process) => !PROCESSES.includes(process as Process));
  if (unknown !== undefined) throw new AwsError('ValidationError', `${unknown} is not a valid process type`);
  return names.length === 0 ? [...PROCESSES] : (names as Process[]);
}
