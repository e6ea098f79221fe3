import { type CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { type Alarm, inOrder } from './watch';

/** The alarms of these names as they are now, in this order. Throws where one does not exist. */
export async function alarmsNow(cloudWatch: CloudWatchClient, names: readonly string[]): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  for await (const page of paginateDescribeAlarms({ client: cloudWatch }, { AlarmNames: [...names] })) {
    alarms.push(...(page.MetricAlarms ?? []).map(described));
  }
  return inOrder(names, alarms);
}

function described(alarm: MetricAlarm): Alarm {
  // The time of the last change of the state; the other changes also when the same state is found again.
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  return {
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? '',
    since: since?.getTime() ?? 0,
    reason: alarm.StateReason ?? 'no reason was given',
  };
}
