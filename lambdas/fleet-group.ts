import {
  type AutoScalingClient,
  type AutoScalingGroup,
  paginateDescribeAutoScalingGroups,
} from '@aws-sdk/client-auto-scaling';

/** Returns the groups of a fleet's stack: one, none without a fleet, two during a replacement. */
export async function groupsOf(autoScaling: AutoScalingClient, stack: string): Promise<AutoScalingGroup[]> {
  const groups: AutoScalingGroup[] = [];
  const ofStack = { Filters: [{ Name: 'tag:aws:cloudformation:stack-name', Values: [stack] }] };
  for await (const page of paginateDescribeAutoScalingGroups({ client: autoScaling }, ofStack)) {
    // A group that is being deleted has a status; others have none.
    groups.push(...(page.AutoScalingGroups ?? []).filter((group) => group.Status === undefined));
  }
  return groups;
}
