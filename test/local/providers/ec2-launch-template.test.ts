import { ec2LaunchTemplate } from '../../../local/providers/ec2-launch-template';
import { ec2Rig } from '../runtime/ec2/controllable-machines';
import { givenTags, providerContext } from './provider-context';

function setUp() {
  const { ec2 } = ec2Rig();
  return { ec2, provider: ec2LaunchTemplate(ec2), ctx: providerContext() };
}

const properties = {
  LaunchTemplateData: { ImageId: 'ami-1' },
  TagSpecifications: [{ ResourceType: 'launch-template', Tags: [{ Key: 'a', Value: 'b' }] }],
};

test('a launch template gets a name from its stack, version 1, and its tags', async () => {
  const { ec2, provider, ctx } = setUp();
  const { physicalId, attributes } = await provider.create(ctx, properties);
  expect(attributes).toEqual({ LaunchTemplateId: physicalId, DefaultVersionNumber: '1', LatestVersionNumber: '1' });
  expect(ctx.made).toEqual([physicalId]);
  expect(ec2.launchTemplates.get({ id: physicalId })).toMatchObject({
    name: 'demo-Thing-1A2B3C',
    tags: { ...givenTags, a: 'b' },
  });
});

test('changed data creates a version, changed tags do not (E34)', async () => {
  const { ec2, provider, ctx } = setUp();
  const current = { ...(await provider.create(ctx, properties)), properties };
  const next = { LaunchTemplateData: { ImageId: 'ami-2' } };
  const updated = await provider.update?.(ctx, current, next);
  expect(updated?.attributes).toMatchObject({ LatestVersionNumber: '2', DefaultVersionNumber: '1' });
  const same = await provider.update?.(ctx, { ...current, properties: next }, { ...next, TagSpecifications: [] });
  expect(same?.attributes).toMatchObject({ LatestVersionNumber: '2' });
  expect(ec2.launchTemplates.versions({ id: current.physicalId }).map(({ data }) => data.ImageId)).toEqual([
    'ami-2',
    'ami-1',
  ]);
});

test('unsupported settings are refused by path', () => {
  const { provider } = setUp();
  const data = {
    InstanceMarketOptions: { MarketType: 'spot' },
    UserData: Buffer.from('#cloud-config\n').toString('base64'),
  };
  expect(provider.refuse?.({ LaunchTemplateData: data })).toEqual([
    'LaunchTemplateData.InstanceMarketOptions: spot instances is not supported by the local runtime',
    expect.stringMatching(/^LaunchTemplateData.UserData: User data of the kind #cloud-config is not supported/),
  ]);
  expect(provider.refuse?.({})).toEqual([]);
});

test('a missing launch template counts as deleted', async () => {
  const { provider, ctx } = setUp();
  const current = { ...(await provider.create(ctx, properties)), properties };
  await provider.delete(ctx, current);
  await expect(provider.delete(ctx, current)).resolves.toBeUndefined();
});
