import type { EnvironmentSettings } from '../../../../infra/settings/types';
import { environment, propertiesOf, template } from '../../synthesized';

function fleet(changed: Partial<EnvironmentSettings> = {}) {
  const dev = { ...environment('dev', 0), strategy: 'instance-refresh' as const, ...changed };
  return template('greeter-dev-fleet', { environments: [dev] });
}

const group = (changed?: Partial<EnvironmentSettings>) =>
  fleet(changed).findResources('AWS::AutoScaling::AutoScalingGroup')['Fleet'] as {
    Properties: Record<string, unknown>;
    UpdatePolicy: { AutoScalingInstanceRefresh: { Strategy: string; Preferences: Record<string, unknown> } };
  };
const preferences = (changed?: Partial<EnvironmentSettings>) =>
  group(changed).UpdatePolicy.AutoScalingInstanceRefresh.Preferences;

test('a refresh launches before it terminates, and new servers stay (F22)', () => {
  expect(group().UpdatePolicy).toEqual({
    AutoScalingInstanceRefresh: {
      Strategy: 'Rolling',
      Preferences: {
        MinHealthyPercentage: 100,
        MaxHealthyPercentage: 150,
        InstanceWarmup: 60,
        SkipMatching: true,
        BakeTime: 0,
      },
    },
  });
});

test('a refresh uses no signals, not even for the first creation (F23)', () => {
  expect(group()).not.toHaveProperty('CreationPolicy');
});

test.each([
  [{ min: 3, batch: 1 }, 134],
  [{ min: 2, batch: 2 }, 200],
  [{ min: 4, batch: 1 }, 125],
])('the group has room for a batch beside the fewest servers: %o is %i percent (F22)', (sizes, percent) => {
  const { fleet } = environment('dev', 0);
  expect(preferences({ fleet: { ...fleet, max: 8, ...sizes } })).toMatchObject({ MaxHealthyPercentage: percent });
});

test('a refresh stops at checkpoints and waits at the end as the settings say (F22)', () => {
  const strategy = { type: 'instance-refresh', checkpoints: [25, 100], checkpointDelayMinutes: 10, bakeMinutes: 30 };
  expect(preferences({ strategy: strategy as EnvironmentSettings['strategy'] })).toMatchObject({
    CheckpointPercentages: [25, 100],
    CheckpointDelay: 600,
    BakeTime: 1800,
  });
});

test('a refresh names no alarm, because an alarm in ALARM would refuse the refresh of a rollback (F30)', () => {
  expect(preferences({ alarms: { errorPercent: 5, latencySeconds: 1 } })).toEqual(preferences());
});

test('a server waits at a launch hook of the group until it serves, and is replaced if it cannot (F32)', () => {
  expect(group().Properties).toMatchObject({
    HealthCheckType: 'ELB',
    HealthCheckGracePeriod: 15,
    LifecycleHookSpecificationList: [
      {
        LifecycleHookName: 'Ready',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        HeartbeatTimeout: 900,
        DefaultResult: 'ABANDON',
      },
    ],
  });
});

test('the user data names the hook to the program in the image', () => {
  const [launchTemplate] = propertiesOf(fleet(), 'AWS::EC2::LaunchTemplate');
  const { UserData } = launchTemplate!['LaunchTemplateData'] as { UserData: { 'Fn::Base64': { 'Fn::Sub': unknown } } };
  expect(UserData['Fn::Base64']['Fn::Sub']).toEqual([
    expect.stringMatching(
      /^#!\/bin\/bash\n(#.*\n)+printf .*\n.* >\/etc\/app\/fleet\.env\nexec node \/opt\/app\/ready\.js group \\\n {2}--stable '\$\{StableSeconds\}' \\\n {2}--hook '\$\{Hook\}' /,
    ),
    { Application: 'greeter', Hook: 'Ready', Port: '8080', StableSeconds: '30' },
  ]);
});

test('both strategies have the same parameters, so that a commit can change the strategy before the pipeline knows', () => {
  const parameters = (found: ReturnType<typeof fleet>) => Object.keys(found.toJSON()['Parameters'] as object);
  expect(parameters(fleet())).toEqual(parameters(fleet({ strategy: 'rolling' })));
});
