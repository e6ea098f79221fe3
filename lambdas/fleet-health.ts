import {
  type Activity,
  type AutoScalingClient,
  type AutoScalingGroup,
  paginateDescribeScalingActivities,
} from '@aws-sdk/client-auto-scaling';
import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';

/** The health of a fleet's servers since a given time, as far as their application determines it. */
export interface FleetHealth {
  /** Servers that the group replaced as unhealthy. */
  readonly replaced: number;
  /** Number of times that the service ended by itself, on any server; systemd restarted it. */
  readonly ended: number;
  /**
   * True if, within one hour, at least as many servers were replaced as exist, or the service ended twice on each; and
   * at least two.
   */
  readonly again: boolean;
  /** The server that was replaced last. */
  readonly last?: { readonly instanceId: string; readonly at: Date };
}

export interface FleetOfVersion {
  readonly group: AutoScalingGroup;
  /** The namespace of the metric: the name of the application. */
  readonly application: string;
  readonly stack: string;
  readonly version: string;
  readonly since: Date;
  readonly now: Date;
}

export interface HealthClients {
  readonly autoScaling: AutoScalingClient;
  readonly cloudWatch: CloudWatchClient;
}

interface Happened {
  readonly at: number;
  readonly times: number;
}

const HOUR_MS = 3_600_000;
/** Something that happened once may have been bad luck. */
const FEWEST = 2;

/** Reads the health of a fleet while it runs a version. */
export async function fleetHealth(clients: HealthClients, fleet: FleetOfVersion): Promise<FleetHealth> {
  const [activities, ends] = await Promise.all([
    activitiesSince(clients.autoScaling, fleet),
    endsOfService(clients.cloudWatch, fleet),
  ]);
  return healthIn(activities, ends, fleet.group.DesiredCapacity ?? 0);
}

/** Judges a group of so many servers by its activities, and by the times at which its service ended. */
export function healthIn(activities: readonly Activity[], ends: readonly Happened[], servers: number): FleetHealth {
  const replaced = activities.filter(isReplacement).sort((one, other) => timeOf(one) - timeOf(other));
  const replacements = replaced.map((activity) => ({ at: timeOf(activity), times: 1 }));
  const last = replaced.at(-1);
  return {
    replaced: replaced.length,
    ended: ends.reduce((sum, { times }) => sum + times, 0),
    again:
      mostInAnHour(replacements) >= Math.max(servers, FEWEST) || mostInAnHour(ends) >= Math.max(servers * 2, FEWEST),
    ...(last && { last: { instanceId: instanceIn(last), at: new Date(timeOf(last)) } }),
  };
}

function mostInAnHour(happened: readonly Happened[]): number {
  const inHourFrom = (from: number) =>
    happened.filter(({ at }) => at >= from && at <= from + HOUR_MS).reduce((sum, { times }) => sum + times, 0);
  return Math.max(0, ...happened.map(({ at }) => inHourFrom(at)));
}

/** Auto Scaling keeps its activities for six weeks, and lists the latest first. */
async function activitiesSince(autoScaling: AutoScalingClient, { group, since }: FleetOfVersion): Promise<Activity[]> {
  const activities: Activity[] = [];
  for await (const page of paginateDescribeScalingActivities(
    { client: autoScaling },
    { AutoScalingGroupName: group.AutoScalingGroupName },
  )) {
    const { Activities: these = [] } = page;
    activities.push(...these.filter((activity) => timeOf(activity) >= since.getTime()));
    if (these.some((activity) => timeOf(activity) < since.getTime())) break;
  }
  return activities;
}

/** One answer has at most 1,440 values: of five minutes each for five days, or of one hour each for 60. */
const MOST_VALUES = 1440;

/** Servers count it themselves (`ready.js ended`). CloudWatch keeps minutes for 15 days, and hours for 15 months. */
async function endsOfService(cloudWatch: CloudWatchClient, fleet: FleetOfVersion): Promise<Happened[]> {
  const { application, stack, version, since, now } = fleet;
  const seconds = (now.getTime() - since.getTime()) / 1000;
  const Period = seconds <= MOST_VALUES * 300 ? 300 : 3600;
  const earliest = now.getTime() - MOST_VALUES * Period * 1000;
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: application,
      MetricName: 'ServiceEnded',
      Statistics: ['Sum'],
      Period,
      Dimensions: [
        { Name: 'Stack', Value: stack },
        { Name: 'ImageVersion', Value: version },
      ],
      StartTime: new Date(Math.max(since.getTime(), earliest)),
      EndTime: now,
    }),
  );
  return Datapoints.map(({ Timestamp, Sum = 0 }) => ({ at: Timestamp?.getTime() ?? 0, times: Sum })).filter(
    ({ times }) => times > 0,
  );
}

/**
 * True for a server that was ended because of its application: the load balancer found it unhealthy, or it abandoned
 * its own launch. A server that EC2 found stopped or impaired does not count.
 */
function isReplacement({ Description: description = '', Cause: cause = '' }: Activity): boolean {
  return (
    /^Terminating EC2 instance/.test(description) &&
    /in response to an ELB (system )?health check|launch lifecycle action was abandoned/.test(cause)
  );
}

function instanceIn({ Description: description = '' }: Activity): string {
  return /\bi-[0-9a-f]+\b/.exec(description)?.[0] ?? '';
}

function timeOf({ StartTime: at }: Activity): number {
  return at?.getTime() ?? 0;
}
