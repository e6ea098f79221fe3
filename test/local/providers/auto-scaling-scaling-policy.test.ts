import { autoScalingScalingPolicy } from '../../../local/providers/auto-scaling-scaling-policy';
import { fleet, groupRequest } from '../runtime/autoscaling/controllable-servers';
import { providerContext } from './provider-context';

const properties = {
  AutoScalingGroupName: 'fleet',
  PolicyType: 'TargetTrackingScaling',
  EstimatedInstanceWarmup: '60',
  TargetTrackingConfiguration: {
    TargetValue: '100',
    PredefinedMetricSpecification: {
      PredefinedMetricType: 'ALBRequestCountPerTarget',
      ResourceLabel: 'app/web/1/targetgroup/web/2',
    },
  },
};

test('a policy is identified by its ARN, keeps it when it changes in place, and is deleted', async () => {
  const { scaling } = fleet();
  scaling.createGroup(groupRequest());
  const provider = autoScalingScalingPolicy(scaling);
  const made = await provider.create(providerContext(), properties);
  expect(made.physicalId).toMatch(
    /^arn:aws:autoscaling:eu-west-1:000000000000:scalingPolicy:[-0-9a-f]+:autoScalingGroupName\/fleet:policyName\/demo-Thing-/,
  );
  expect(scaling.policies.list('fleet')).toMatchObject([{ target: 100, estimatedWarmup: 60, disableScaleIn: false }]);
  const tracking = { ...properties.TargetTrackingConfiguration, TargetValue: 50 };
  const current = { ...made, properties };
  const changed = await provider.update!(providerContext(), current, {
    ...properties,
    TargetTrackingConfiguration: tracking,
  });
  expect(changed.physicalId).toBe(made.physicalId);
  expect(scaling.policies.list('fleet')).toMatchObject([{ target: 50 }]);
  await provider.delete(providerContext(), current);
  expect(scaling.policies.list('fleet')).toEqual([]);
});

test('other policies and metrics are refused by name', () => {
  const { refuse } = autoScalingScalingPolicy(fleet().scaling);
  expect(refuse!(properties)).toEqual([]);
  expect(refuse!({ PolicyType: 'StepScaling' })).toEqual(['PolicyType: StepScaling']);
  const other = { TargetValue: 1, PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageNetworkIn' } };
  expect(refuse!({ ...properties, TargetTrackingConfiguration: other })).toEqual([
    'TargetTrackingConfiguration.PredefinedMetricSpecification.PredefinedMetricType: ASGAverageNetworkIn',
  ]);
});
