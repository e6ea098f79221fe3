import { PLACES, THREE, template, templates } from './synthesized';

/** A resource whose logical id changes is replaced, and its content is lost or left behind. */
test.each([
  ['greeter-repository', 'AWS::CodeCommit::Repository', ['Repository']],
  ['greeter-pipeline', 'AWS::S3::Bucket', ['ArtifactsBucketADA78AEC']],
  [
    'greeter-pipeline',
    'AWS::SSM::Parameter',
    ['ImageVersionCounter5DCF1F1A', 'ImagesPublishedDistribution3FAEA145', 'ImagesPublishedInfrastructureA0D551BC'],
  ],
  ['greeter-pipeline', 'AWS::ImageBuilder::InfrastructureConfiguration', ['ImagesInfrastructureAB77491D']],
  ['greeter-pipeline', 'AWS::CodePipeline::Pipeline', ['Pipeline']],
  ['greeter-dev-environment', 'AWS::EC2::VPC', ['NetworkVpcFAC8F4A5']],
  ['greeter-dev-environment', 'AWS::ElasticLoadBalancingV2::LoadBalancer', ['LoadBalancer712DCAF7']],
  ['greeter-dev-environment', 'AWS::ElasticLoadBalancingV2::TargetGroup', ['LoadBalancerTargets1A3C48CA']],
  ['greeter-dev-fleet', 'AWS::AutoScaling::AutoScalingGroup', ['Fleet']],
  ['greeter-dev-fleet', 'AWS::EC2::LaunchTemplate', ['LaunchTemplate']],
  ['greeter-image', 'AWS::ImageBuilder::Image', ['Image']],
])('%s keeps the logical id of its %s', (stack, type, ids) => {
  expect(Object.keys(template(stack).findResources(type)).sort()).toEqual(ids);
});

test('a topic keeps its logical id, so that confirmed subscriptions survive', () => {
  expect(Object.keys(template('greeter-pipeline', THREE).findResources('AWS::SNS::Topic')).sort()).toEqual([
    'ApproveprodTopicDF7B1E32',
    'ApproveqaTopic4F14AD53',
    'FailuresTopic4E088C8B',
  ]);
});

test.each([
  ['greeter-repository', 'AWS::CodeCommit::Repository'],
  ['greeter-pipeline', 'AWS::S3::Bucket'],
])('%s: %s is retained', (stack, type) => {
  template(stack).hasResource(type, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
});

test('the version counter is retained, and CloudFormation never overwrites it (C10) (C6)', () => {
  const counter = (version: string) => {
    const image = { architecture: 'arm64', version, instanceType: 't4g.small' } as const;
    return template('greeter-pipeline', { image }).findResources('AWS::SSM::Parameter', {
      Properties: { Name: '/greeter/image-version' },
    });
  };
  expect(Object.values(counter('1.0'))).toEqual([
    expect.objectContaining({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }),
  ]);
  expect(counter('2.5')).toEqual(counter('1.0'));
});

test('a retained resource is deleted if its first creation fails, so that its name is free again', () => {
  const retained = [THREE, PLACES].flatMap((changed) =>
    [...templates(changed).values()].flatMap((each) => Object.values(each.toJSON().Resources as object)),
  );
  const policies = retained.flatMap(({ DeletionPolicy = 'Delete' }) => DeletionPolicy);
  expect([...new Set(policies)].sort()).toEqual(['Delete', 'RetainExceptOnCreate']);
});
