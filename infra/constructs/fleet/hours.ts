import { type CfnAutoScalingGroup, CfnScheduledAction } from 'aws-cdk-lib/aws-autoscaling';
import { Construct } from 'constructs';
import type { HoursSettings } from '../../settings/types';

export interface HoursProps {
  readonly group: CfnAutoScalingGroup;
  readonly hours: Required<HoursSettings>;
  /** The fewest servers within the hours. */
  readonly min: number;
}

/**
 * Starts a fleet's servers at one time of day and ends them at another.
 *
 * A commit outside of the hours wakes the fleet, because an image that has not served must not reach the next
 * environment. CloudFormation does this by itself: it sets the sizes of the template, even if a scheduled action has
 * set others, unless the update policy has `IgnoreUnmodifiedGroupSizeProperties` (F10). Therefore the fleet stops on
 * every day, not only on its working days: a fleet that a commit woke sleeps again at the next stop. A roll suspends
 * both actions (F9); an action whose time passes during a roll is skipped.
 */
export class Hours extends Construct {
  constructor(scope: Construct, id: string, { group, hours, min }: HoursProps) {
    super(scope, id);
    const { start, stop, days, timeZone } = hours;
    const at = (id: string, recurrence: string, size: number) =>
      new CfnScheduledAction(this, id, {
        autoScalingGroupName: group.ref,
        recurrence,
        timeZone,
        minSize: size,
        desiredCapacity: size,
      });
    at('Start', cron(start, days), min);
    at('Stop', cron(stop, '*'), 0);
  }
}

/** `07:30` on `MON-FRI` is `30 7 * * MON-FRI`: minute, hour, day of the month, month, day of the week. */
function cron(time: string, days: string): string {
  const [hour, minute] = time.split(':').map(Number);
  return `${minute} ${hour} * * ${days}`;
}
