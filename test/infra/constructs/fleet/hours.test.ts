import { Match } from 'aws-cdk-lib/assertions';
import type { HoursSettings } from '../../../../infra/settings/types';
import { environment, propertiesOf, template } from '../../synthesized';

const fleet = (hours?: HoursSettings) =>
  template('greeter-dev-fleet', { environments: [{ ...environment('dev', 0), hours }] });
const actions = (hours?: HoursSettings) => propertiesOf(fleet(hours), 'AWS::AutoScaling::ScheduledAction');

test('a fleet without hours always runs', () => {
  expect(actions()).toEqual([]);
});

test('servers start on the days that the settings name, in their time zone', () => {
  const hours = { start: '07:05', stop: '19:00', days: 'MON,WED', timeZone: 'Europe/Dublin' };
  expect(actions(hours)[0]).toEqual({
    AutoScalingGroupName: { Ref: 'Fleet' },
    Recurrence: '5 7 * * MON,WED',
    TimeZone: 'Europe/Dublin',
    MinSize: 2,
    DesiredCapacity: 2,
  });
});

test('servers stop on every day, since a commit can have started them on any day', () => {
  const [start, stop] = actions({ start: '22:00', stop: '06:30' });
  expect(start).toMatchObject({ Recurrence: '0 22 * * MON-FRI', TimeZone: 'Etc/UTC' });
  expect(stop).toEqual({
    AutoScalingGroupName: { Ref: 'Fleet' },
    Recurrence: '30 6 * * *',
    TimeZone: 'Etc/UTC',
    MinSize: 0,
    DesiredCapacity: 0,
  });
});

test('a commit wakes a fleet that sleeps, so that no version passes that has not served (F10)', () => {
  const found = fleet({ start: '08:00', stop: '18:00' });
  found.hasResource('AWS::AutoScaling::AutoScalingGroup', {
    Properties: { MinSize: { Ref: 'MinSize' } },
    UpdatePolicy: { AutoScalingScheduledAction: Match.absent() },
  });
  found.hasParameter('MinSize', { MinValue: 1 });
});

test('the stop at the end of the hours does not terminate servers in the middle of a roll (F9)', () => {
  fleet({ start: '08:00', stop: '18:00' }).hasResource('AWS::AutoScaling::AutoScalingGroup', {
    UpdatePolicy: { AutoScalingRollingUpdate: { SuspendProcesses: Match.arrayWith(['ScheduledActions']) } },
  });
});
