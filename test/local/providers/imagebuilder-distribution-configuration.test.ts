import { imageBuilderDistributionConfiguration } from '../../../local/providers/imagebuilder-distribution-configuration';
import { type Bakery, bakery } from '../runtime/imagebuilder/bakery';
import { current, DISTRIBUTION } from './imagebuilder';
import { providerContext } from './provider-context';

let shop: Bakery;
beforeEach(() => {
  shop = bakery();
});

test('the AMI gets the name and tags, whose keys stay unchanged (D40)', async () => {
  const provider = imageBuilderDistributionConfiguration(shop.imageBuilder);
  const made = await provider.create(providerContext(), DISTRIBUTION);
  const amiDistributionConfiguration = { name: 'app-{{ imagebuilder:buildDate }}', amiTags: { CommitId: 'c0ffee' } };
  expect(shop.imageBuilder.distributions.get(made.physicalId)).toMatchObject({
    distributions: [{ region: 'eu-west-1', amiDistributionConfiguration }],
  });
  const changed = { ...DISTRIBUTION, Description: 'new' };
  await provider.update?.(providerContext(), current(provider, made, DISTRIBUTION), changed);
  expect(shop.imageBuilder.distributions.get(made.physicalId).description).toBe('new');
  await provider.delete(providerContext(), current(provider, made, changed));
  expect(shop.imageBuilder.distributions.list()).toEqual([]);
});

test('sharing and further Regions are accepted (D40)', async () => {
  const provider = imageBuilderDistributionConfiguration(shop.imageBuilder);
  const UserIds = ['111111111111'];
  const Distributions = ['eu-west-1', 'us-east-2'].map((Region) => ({
    Region,
    AmiDistributionConfiguration: { LaunchPermissionConfiguration: { UserIds } },
  }));
  expect(provider.refuse?.({ Distributions })).toEqual([]);
  const made = await provider.create(providerContext(), { Name: 'shared', Distributions });
  const amiDistributionConfiguration = { launchPermissionConfiguration: { userIds: UserIds } };
  expect(shop.imageBuilder.distributions.get(made.physicalId).distributions).toEqual([
    { region: 'eu-west-1', amiDistributionConfiguration },
    { region: 'us-east-2', amiDistributionConfiguration },
  ]);
});

test('unsupported settings are refused by path (D29)', () => {
  const provider = imageBuilderDistributionConfiguration(shop.imageBuilder);
  const far = {
    Region: 'us-east-1',
    AmiDistributionConfiguration: {
      TargetAccountIds: ['111111111111'],
      LaunchPermissionConfiguration: { OrganizationArns: ['arn:aws:organizations::111111111111:organization/o-1'] },
    },
    LaunchTemplateConfigurations: [],
  };
  const properties: object = { Distributions: [far] };
  expect(provider.refuse?.(properties)).toEqual([
    'Distributions[0].LaunchTemplateConfigurations: is not honoured',
    'Distributions[0].AmiDistributionConfiguration.LaunchPermissionConfiguration.OrganizationArns: is not honoured',
    'Distributions[0].AmiDistributionConfiguration.TargetAccountIds: is not honoured',
  ]);
});
