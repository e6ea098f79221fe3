import { type CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { type Alarm, inOrder } from './watch';

/** Returns the current state of the alarms of these names, in this order. Throws if one does not exist. */
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
    judgedFrom: startDateIn(alarm.StateReasonData),
  };
}

/** CloudWatch has it in JSON, as `2026-01-01T12:00:00.000+0000`; a state that a person set has other data, or none. */
function startDateIn(reasonData: string | undefined): number | undefined {
  const [, startDate = ''] = /"startDate"\s*:\s*"([^"]+)"/.exec(reasonData ?? '') ?? [];
  const time = Date.parse(startDate.replace(/\+0000$/, 'Z'));
  return Number.isNaN(time) ? undefined : time;
}
