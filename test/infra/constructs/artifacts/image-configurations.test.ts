import { Match } from 'aws-cdk-lib/assertions';
import { PLACES, template } from '../../synthesized';

const pipeline = template('greeter-pipeline');

/** The next stack of the name gets another one: `greeter-image-` and the first part of the stack's own id. */
const guid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
const UNIQUE_NAME = { 'Fn::Join': ['', ['greeter-image-', { 'Fn::Select': [0, { 'Fn::Split': ['-', guid] }] }]] };

test('image configurations are retained when their stack is deleted, since images need them (D39)', () => {
  for (const type of ['InfrastructureConfiguration', 'DistributionConfiguration']) {
    pipeline.hasResource(`AWS::ImageBuilder::${type}`, {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  }
});

test('images are built in the network of the first environment, with a token for metadata (D19)', () => {
  const [[subnets] = [], [group] = []] = ['subnet-ids', 'security-group-id'].map((parameter) =>
    Object.keys(pipeline.findParameters('*', { Default: `/greeter/dev/${parameter}` })),
  );
  pipeline.hasResourceProperties('AWS::ImageBuilder::InfrastructureConfiguration', {
    Name: UNIQUE_NAME,
    SubnetId: { 'Fn::Select': [0, { Ref: subnets }] },
    SecurityGroupIds: [{ Ref: group }],
    InstanceMetadataOptions: { HttpTokens: 'required' },
    TerminateInstanceOnFailure: true,
  });
});

test('images are distributed to the region of the stack, and to no other account (D29)', () => {
  pipeline.hasResourceProperties('AWS::ImageBuilder::DistributionConfiguration', {
    Name: UNIQUE_NAME,
    Distributions: [
      {
        Region: { Ref: 'AWS::Region' },
        AmiDistributionConfiguration: {
          Name: 'greeter-image-{{ imagebuilder:buildDate }}',
          AmiTags: { Repository: 'greeter' },
          LaunchPermissionConfiguration: Match.absent(),
        },
      },
    ],
  });
});

test('images are distributed to the accounts and regions of the environments (D42)', () => {
  template('greeter-pipeline', PLACES).hasResourceProperties('AWS::ImageBuilder::DistributionConfiguration', {
    Distributions: [
      {
        Region: 'eu-west-1',
        AmiDistributionConfiguration: { LaunchPermissionConfiguration: { UserIds: ['222222222222'] } },
      },
      {
        Region: 'us-east-2',
        AmiDistributionConfiguration: { LaunchPermissionConfiguration: { UserIds: ['222222222222'] } },
      },
    ],
  });
});
