import { Match } from 'aws-cdk-lib/assertions';
import { PROVENANCE } from '../../../infra/constructs/artifacts/provenance';
import { propertiesOf, template } from '../synthesized';

const fleet = template('greeter-dev-fleet');

test('the first creation is gated by a signal of each server (F1, H18)', () => {
  fleet.hasResource('AWS::AutoScaling::AutoScalingGroup', {
    CreationPolicy: { ResourceSignal: { Count: { Ref: 'MinSize' }, Timeout: 'PT15M' } },
  });
});

test('a roll waits for every signal and keeps in service what the live group has (F13, H15)', () => {
  fleet.hasResource('AWS::AutoScaling::AutoScalingGroup', {
    UpdatePolicy: {
      AutoScalingRollingUpdate: {
        MinInstancesInService: { Ref: 'MinInstancesInService' },
        MaxBatchSize: { Ref: 'MaxBatchSize' },
        MinSuccessfulInstancesPercent: 100,
        WaitOnResourceSignals: true,
        PauseTime: 'PT15M',
      },
    },
  });
});

test('a roll suspends the processes that would disturb it, and no process that it needs (F9)', () => {
  fleet.hasResource('AWS::AutoScaling::AutoScalingGroup', {
    UpdatePolicy: {
      AutoScalingRollingUpdate: {
        SuspendProcesses: ['HealthCheck', 'ReplaceUnhealthy', 'AZRebalance', 'AlarmNotification', 'ScheduledActions'],
      },
    },
  });
});

test('the template sets no desired capacity, so that a roll keeps the current one (F15)', () => {
  expect(propertiesOf(fleet, 'AWS::AutoScaling::AutoScalingGroup')[0]).not.toHaveProperty('DesiredCapacity');
});

test('the group runs a numbered version of the launch template (F11)', () => {
  fleet.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
    LaunchTemplate: { Version: { 'Fn::GetAtt': ['LaunchTemplate', 'LatestVersionNumber'] } },
    HealthCheckType: 'ELB',
  });
});

test('servers need a token for their metadata, and their disks are encrypted', () => {
  fleet.hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: {
      MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
      BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
    },
  });
});

test('servers and disks have tags with their origin, under keys that instance metadata can serve (G2)', () => {
  const [properties] = propertiesOf(fleet, 'AWS::EC2::LaunchTemplate');
  const { TagSpecifications } = properties!['LaunchTemplateData'] as {
    TagSpecifications: { ResourceType: string; Tags: { Key: string }[] }[];
  };
  expect(TagSpecifications.map(({ ResourceType }) => ResourceType)).toEqual(['instance', 'volume']);
  for (const { Tags } of TagSpecifications) {
    const keys = Tags.map(({ Key }) => Key);
    expect(keys).toEqual(['Name', 'Environment', ...PROVENANCE]);
    for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9+\-=.,_:@]+$/);
  }
});

test('the user data names the stack, the group and the target group to the program in the image (F18)', () => {
  fleet.hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: {
      UserData: {
        'Fn::Base64': {
          'Fn::Sub': [
            Match.stringLikeRegexp(
              '^#!/bin/bash\n(#.*\n)+printf .*\n.* >/etc/app/fleet.env\nexec node /opt/app/ready.js fleet ',
            ),
            { Resource: 'Fleet', Port: '8080', TargetGroupArn: { Ref: 'TargetGroupArn' } },
          ],
        },
      },
    },
  });
});

test('resources of the environment are read from the parameters that it publishes', () => {
  const defaults = Object.values<{ Default?: string }>(fleet.toJSON()['Parameters']).map(({ Default }) => Default);
  const published = propertiesOf(template('greeter-dev-environment'), 'AWS::SSM::Parameter').map(({ Name }) => Name);
  expect(published).toEqual(expect.arrayContaining(defaults.filter(Boolean)));
});
