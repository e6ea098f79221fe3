import { imageBuilderInfrastructureConfiguration } from '../../../local/providers/imagebuilder-infrastructure-configuration';
import { type Bakery, bakery } from '../runtime/imagebuilder/bakery';
import { current, INFRASTRUCTURE } from './imagebuilder';
import { providerContext } from './provider-context';

let shop: Bakery;
beforeEach(() => {
  shop = bakery();
});

test('all properties but the name change in place (D35)', async () => {
  const provider = imageBuilderInfrastructureConfiguration(shop.imageBuilder);
  const made = await provider.create(providerContext(), INFRASTRUCTURE);
  expect(made.physicalId).toBe('arn:aws:imagebuilder:eu-west-1:000000000000:infrastructure-configuration/app-1-0-0');
  const changed = { ...INFRASTRUCTURE, InstanceTypes: ['m7g.xlarge'], ResourceTags: { CostCenter: '7' } };
  await provider.update?.(providerContext(), current(provider, made, INFRASTRUCTURE), changed);
  expect(shop.imageBuilder.infrastructure.get(made.physicalId)).toMatchObject({
    instanceTypes: ['m7g.xlarge'],
    resourceTags: { CostCenter: '7' },
    terminateInstanceOnFailure: true,
    tags: { team: 'web' },
  });
  await provider.delete(providerContext(), current(provider, made, changed));
  expect(shop.imageBuilder.infrastructure.list()).toEqual([]);
});

test('an instance that stays after a failure is refused (D19)', () => {
  const provider = imageBuilderInfrastructureConfiguration(shop.imageBuilder);
  expect(provider.refuse?.({ TerminateInstanceOnFailure: false })).toHaveLength(1);
  expect(provider.refuse?.({ TerminateInstanceOnFailure: 'true' })).toEqual([]);
});
