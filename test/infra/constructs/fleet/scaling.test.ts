import { Match } from 'aws-cdk-lib/assertions';
import type { ScalingSettings } from '../../../../infra/settings/types';
import { environment, propertiesOf, template } from '../../synthesized';

function fleet(scaling?: ScalingSettings) {
  const { fleet, ...dev } = environment('dev', 0);
  return template('greeter-dev-fleet', { environments: [{ ...dev, fleet: { ...fleet, scaling } }] });
}

const policy = (TargetValue: number, PredefinedMetricSpecification: object) => ({
  AutoScalingGroupName: { Ref: 'Fleet' },
  PolicyType: 'TargetTrackingScaling',
  EstimatedInstanceWarmup: 60,
  TargetTrackingConfiguration: { TargetValue, PredefinedMetricSpecification },
});

test('a fleet without scaling settings keeps its size', () => {
  fleet().resourceCountIs('AWS::AutoScaling::ScalingPolicy', 0);
});

test('scaling follows the requests per server of its own target group', () => {
  const found = fleet({ requestsPerTarget: 1000 });
  expect(propertiesOf(found, 'AWS::AutoScaling::ScalingPolicy')).toEqual([
    policy(1000, {
      PredefinedMetricType: 'ALBRequestCountPerTarget',
      ResourceLabel: { 'Fn::Join': ['', [{ Ref: 'LoadBalancerFullName' }, '/', { Ref: 'TargetGroupFullName' }]] },
    }),
  ]);
  found.hasParameter('LoadBalancerFullName', { Default: '/greeter/dev/load-balancer-full-name' });
  found.hasParameter('TargetGroupFullName', { Default: '/greeter/dev/target-group-full-name' });
});

test('scaling follows the load of the processors, which servers then report each minute', () => {
  const found = fleet({ cpuPercent: 60 });
  expect(propertiesOf(found, 'AWS::AutoScaling::ScalingPolicy')).toEqual([
    policy(60, { PredefinedMetricType: 'ASGAverageCPUUtilization' }),
  ]);
  found.hasResourceProperties('AWS::EC2::LaunchTemplate', { LaunchTemplateData: { Monitoring: { Enabled: true } } });
});

test('scaling can follow both', () => {
  fleet({ requestsPerTarget: 1000, cpuPercent: 60 }).resourceCountIs('AWS::AutoScaling::ScalingPolicy', 2);
});

test('a roll suspends scaling, and overwrites no capacity that scaling set (F16)', () => {
  const found = fleet({ cpuPercent: 60 });
  found.hasResource('AWS::AutoScaling::AutoScalingGroup', {
    UpdatePolicy: {
      AutoScalingRollingUpdate: { SuspendProcesses: Match.arrayWith(['AlarmNotification']) },
    },
  });
  expect(propertiesOf(found, 'AWS::AutoScaling::AutoScalingGroup')[0]).not.toHaveProperty('DesiredCapacity');
});
