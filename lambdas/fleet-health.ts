import { type Activity, type AutoScalingClient, paginateDescribeScalingActivities } from '@aws-sdk/client-auto-scaling';

/** The replacements of a group's servers, as far as the application on them was the reason. */
export interface FleetHealth {
  readonly replaced: number;
  /** Within one hour it replaced as many servers as it has, and at least two. */
  readonly again: boolean;
  /** The server that was replaced last. */
  readonly last?: { readonly instanceId: string; readonly at: Date };
}

const HOUR_MS = 3_600_000;
/** A single server that is replaced may have been unlucky. */
const FEWEST = 2;

/** Reads the health of a group since then. Auto Scaling keeps its activities for six weeks, and lists the latest first. */
export async function fleetHealth(
  autoScaling: AutoScalingClient,
  { group, servers, since }: { readonly group: string; readonly servers: number; readonly since: Date },
): Promise<FleetHealth> {
  const activities: Activity[] = [];
  for await (const page of paginateDescribeScalingActivities(
    { client: autoScaling },
    { AutoScalingGroupName: group },
  )) {
    const { Activities: these = [] } = page;
    activities.push(...these);
    if (these.some((activity) => timeOf(activity) < since.getTime())) break;
  }
  return healthIn(
    activities.filter((activity) => timeOf(activity) >= since.getTime()),
    servers,
  );
}

/** Judges a group of so many servers by its activities. */
export function healthIn(activities: readonly Activity[], servers: number): FleetHealth {
  const replaced = activities.filter(isReplacement).sort((one, other) => timeOf(one) - timeOf(other));
  const enough = Math.max(servers, FEWEST);
  const again = replaced.some((one, index) => {
    const later = replaced[index + enough - 1];
    return later !== undefined && timeOf(later) - timeOf(one) <= HOUR_MS;
  });
  const last = replaced.at(-1);
  return {
    replaced: replaced.length,
    again,
    ...(last && { last: { instanceId: instanceIn(last), at: new Date(timeOf(last)) } }),
  };
}

/**
 * True for a server that was ended for its application: the load balancer found it unhealthy, or it abandoned its own launch.
 * A server that EC2 found stopped or impaired tells nothing of the application.
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
