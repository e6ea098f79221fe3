import { PROVENANCE } from '../../../infra/constructs/artifacts/provenance';
import { template } from '../synthesized';

const image = template('greeter-image');
const refs = Object.fromEntries(PROVENANCE.map((key) => [key, { Ref: key }]));

test('the image and its AMI have tags with their origin', () => {
  image.hasResourceProperties('AWS::ImageBuilder::Image', { Tags: refs });
  image.hasResourceProperties('AWS::ImageBuilder::ImageRecipe', { AmiTags: refs });
});

test('component and recipe have the version of the image, so that each execution creates its own (D22, D34)', () => {
  image.hasResourceProperties('AWS::ImageBuilder::Component', {
    Name: 'greeter-image',
    Version: { Ref: 'ImageVersion' },
  });
  image.hasResourceProperties('AWS::ImageBuilder::ImageRecipe', {
    Name: 'greeter-image',
    Version: { Ref: 'ImageVersion' },
  });
});

test('the image has an id in the region of the stack (D29)', () => {
  image.hasOutput('ImageId', { Value: { 'Fn::GetAtt': ['Image', 'ImageId'] } });
});

test('it creates no configuration, and uses the deployed ones', () => {
  const reads = { Type: 'AWS::SSM::Parameter::Value<String>' };
  image.hasParameter('Infrastructure', { ...reads, Default: '/greeter/image/infrastructure-configuration-arn' });
  image.hasParameter('Distribution', { ...reads, Default: '/greeter/image/distribution-configuration-arn' });
  image.hasResourceProperties('AWS::ImageBuilder::Image', {
    InfrastructureConfigurationArn: { Ref: 'Infrastructure' },
    DistributionConfigurationArn: { Ref: 'Distribution' },
  });
});

test('resources that a bake replaces are retained, and nothing deletes an AMI (D32)', () => {
  const resources = Object.values<Record<string, unknown>>(image.toJSON()['Resources']);
  expect(resources).toHaveLength(3);
  for (const resource of resources) {
    expect(resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  }
  expect(JSON.stringify(image)).not.toContain('DeletionSettings');
});

test('no inventory is collected (D20)', () => {
  image.hasResourceProperties('AWS::ImageBuilder::Image', { EnhancedImageMetadataEnabled: false });
});

test('disks are encrypted (G7)', () => {
  image.hasResourceProperties('AWS::ImageBuilder::ImageRecipe', {
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3' } }],
  });
});

test.each(['arm64', 'x86_64'] as const)('the parent is the latest Amazon Linux 2023 for %s (D49)', (architecture) => {
  const settings = { image: { architecture, version: '1.0', instanceType: 't4g.small' } };
  template('greeter-image', settings).hasResourceProperties('AWS::ImageBuilder::ImageRecipe', {
    ParentImage: `ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
  });
});
