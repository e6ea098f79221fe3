import * as sdk from '@aws-sdk/client-ec2';
import { ec2Operations } from '../../../../local/endpoint/operations/ec2';
import { service } from '../../../../local/endpoint/service';
import { THIS_MACHINE } from '../../../../local/runtime/ec2/images';
import { type Ec2Rig, ec2Rig, PROFILE } from '../../runtime/ec2/controllable-machines';
import { type Serving, serve } from '../serving';

let rig: Ec2Rig;
let serving: Serving;
let client: sdk.EC2Client;
beforeAll(async () => {
  rig = ec2Rig();
  serving = await serve({ services: { ec2: service(() => import('@aws-sdk/client-ec2'), ec2Operations(rig.ec2)) } });
  client = new sdk.EC2Client(serving.client());
});
afterAll(async () => {
  client.destroy();
  await serving.stop();
});

let templateId: string;
let instanceId: string;

test('images are described by owner, by id and by filter', async () => {
  const imageId = rig.ec2.images.registerImage({
    name: 'app 1',
    layers: [],
    architecture: 'arm64',
    tags: { Version: '1.0.1' },
  });
  const own = await client.send(new sdk.DescribeImagesCommand({ Owners: ['self'] }));
  expect(own.Images).toMatchObject([{ ImageId: imageId, Name: 'app 1', State: 'available', Architecture: 'arm64' }]);
  const all = await client.send(new sdk.DescribeImagesCommand({}));
  expect(all.Images?.map((image) => image.ImageId)).toEqual([THIS_MACHINE, imageId]);
  for (const filter of [
    { Name: 'tag:Version', Values: ['1.0.*'] },
    { Name: 'name', Values: ['app ?'] },
    { Name: 'tag-key', Values: ['Version'] },
  ]) {
    const found = await client.send(new sdk.DescribeImagesCommand({ Filters: [filter] }));
    expect(found.Images?.map((image) => image.ImageId)).toEqual([imageId]);
  }
  const unknown = client.send(new sdk.DescribeImagesCommand({ ImageIds: ['ami-0123456789abcdef0'] }));
  await expect(unknown).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' });
  const wrong = client.send(new sdk.DescribeImagesCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] }));
  await expect(wrong).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: "The filter 'colour' is invalid",
  });
});

test('an image is shared with accounts, in both forms of the request', async () => {
  const ImageId = rig.ec2.images.registerImage({ name: 'app 2', layers: [], architecture: 'arm64', tags: {} });
  const modify = (change: Partial<sdk.ModifyImageAttributeCommandInput>) =>
    client.send(new sdk.ModifyImageAttributeCommand({ ImageId, ...change }));
  const shared = async () =>
    (await client.send(new sdk.DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' })))
      .LaunchPermissions;
  await modify({ LaunchPermission: { Add: [{ UserId: '111111111111' }, { UserId: '222222222222' }] } });
  expect(await shared()).toEqual([{ UserId: '111111111111' }, { UserId: '222222222222' }]);
  await modify({ Attribute: 'launchPermission', OperationType: 'remove', UserIds: ['111111111111'] });
  expect(await shared()).toEqual([{ UserId: '222222222222' }]);
  await expect(modify({ LaunchPermission: { Add: [{ Group: 'all' }] } })).rejects.toMatchObject({
    name: 'NotSupportedLocally',
  });
  await expect(modify({ Description: { Value: 'new' } })).rejects.toMatchObject({ name: 'NotSupportedLocally' });
  rig.ec2.images.deregister(ImageId);
});

test('launch templates are made, given versions, and described', async () => {
  const LaunchTemplateData = { ImageId: THIS_MACHINE, InstanceType: 't4g.micro' as const };
  const made = await client.send(
    new sdk.CreateLaunchTemplateCommand({ LaunchTemplateName: 'app', LaunchTemplateData }),
  );
  templateId = made.LaunchTemplate?.LaunchTemplateId ?? '';
  const version = await client.send(
    new sdk.CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: templateId,
      SourceVersion: '1',
      LaunchTemplateData: { IamInstanceProfile: { Arn: PROFILE.arn } },
    }),
  );
  expect(version.LaunchTemplateVersion).toMatchObject({
    VersionNumber: 2,
    DefaultVersion: false,
    LaunchTemplateData: { ImageId: THIS_MACHINE, IamInstanceProfile: { Arn: PROFILE.arn } },
  });
  const described = await client.send(new sdk.DescribeLaunchTemplatesCommand({ LaunchTemplateNames: ['app'] }));
  expect(described.LaunchTemplates).toMatchObject([{ LatestVersionNumber: 2, DefaultVersionNumber: 1 }]);
  const latest = await client.send(
    new sdk.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: templateId, Versions: ['$Latest'] }),
  );
  expect(latest.LaunchTemplateVersions?.map((one) => one.VersionNumber)).toEqual([2]);
});

test('instances are run from $Latest, described, and terminated', async () => {
  const run = await client.send(
    new sdk.RunInstancesCommand({
      MinCount: 1,
      MaxCount: 1,
      LaunchTemplate: { LaunchTemplateId: templateId, Version: '$Latest' },
      SubnetId: 'subnet-a',
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'one' }] }],
    }),
  );
  instanceId = run.Instances?.[0]?.InstanceId ?? '';
  expect(run.Instances).toMatchObject([{ State: { Code: 0, Name: 'pending' }, PrivateIpAddress: '10.0.0.4' }]);
  const filters = [
    { Name: 'instance-state-name', Values: ['running'] },
    { Name: 'tag:Name', Values: ['one'] },
  ];
  const described = await client.send(new sdk.DescribeInstancesCommand({ Filters: filters }));
  expect(described.Reservations?.flatMap((one) => one.Instances)).toMatchObject([
    {
      InstanceId: instanceId,
      State: { Code: 16 },
      IamInstanceProfile: { Id: PROFILE.id },
      Placement: { AvailabilityZone: 'eu-west-1a' },
    },
  ]);
  const none = await client.send(
    new sdk.DescribeInstancesCommand({ Filters: [{ Name: 'image-id', Values: ['ami-x'] }] }),
  );
  expect(none.Reservations ?? []).toEqual([]);
});

test('tags are created, described and deleted', async () => {
  await client.send(
    new sdk.CreateTagsCommand({ Resources: [instanceId, templateId], Tags: [{ Key: 'team', Value: 'web' }] }),
  );
  const filters = [{ Name: 'key', Values: ['team'] }];
  const described = await client.send(new sdk.DescribeTagsCommand({ Filters: filters }));
  expect(described.Tags?.map((tag) => [tag.ResourceId, tag.ResourceType, tag.Value])).toEqual([
    [instanceId, 'instance', 'web'],
    [templateId, 'launch-template', 'web'],
  ]);
  await client.send(new sdk.DeleteTagsCommand({ Resources: [instanceId, templateId], Tags: [{ Key: 'team' }] }));
  expect((await client.send(new sdk.DescribeTagsCommand({ Filters: filters }))).Tags ?? []).toEqual([]);
  const reserved = client.send(
    new sdk.CreateTagsCommand({ Resources: [instanceId], Tags: [{ Key: 'aws:x', Value: '' }] }),
  );
  await expect(reserved).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test('the console is read, and an instance is terminated', async () => {
  rig.machines.get(instanceId)?.spec.onConsole?.('booted');
  const output = await client.send(new sdk.GetConsoleOutputCommand({ InstanceId: instanceId }));
  expect(Buffer.from(output.Output ?? '', 'base64').toString()).toBe('booted\n');
  const ended = new Promise((resolve) => rig.ec2.instances.onEnded(resolve));
  const answer = await client.send(new sdk.TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  expect(answer.TerminatingInstances).toMatchObject([
    { PreviousState: { Name: 'running' }, CurrentState: { Name: 'shutting-down' } },
  ]);
  await ended;
  const status = await client.send(new sdk.DescribeInstanceStatusCommand({ IncludeAllInstances: true }));
  expect(status.InstanceStatuses).toMatchObject([{ InstanceState: { Name: 'terminated', Code: 48 } }]);
});

test('unsupported operations are refused by name', async () => {
  const stop = client.send(new sdk.StopInstancesCommand({ InstanceIds: [instanceId] }));
  await expect(stop).rejects.toMatchObject({ name: 'NotSupportedLocally' });
  const unknown = client.send(new sdk.TerminateInstancesCommand({ InstanceIds: ['i-0'] }));
  await expect(unknown).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
});
