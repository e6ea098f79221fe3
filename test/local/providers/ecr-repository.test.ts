import { ecrRepository } from '../../../local/providers/ecr-repository';
import { room } from '../../rig/room';
import { providerContext } from './provider-context';

test('a container image repository has a name, an ARN and a URI, and its name stays taken while it exists', async () => {
  const provider = ecrRepository(room().store.collection('ecr.repositories'));
  const ctx = providerContext();
  const properties = { RepositoryName: 'assets', ImageTagMutability: 'IMMUTABLE' };
  const made = await provider.create(ctx, properties);
  expect(ctx.made).toEqual(['assets']);
  expect(made).toEqual({
    physicalId: 'assets',
    attributes: {
      Arn: 'arn:aws:ecr:eu-west-1:000000000000:repository/assets',
      RepositoryUri: '000000000000.dkr.ecr.eu-west-1.amazonaws.com/assets',
    },
  });
  const current = { ...made, properties };
  expect(await provider.update?.(ctx, current, { ...properties, ImageTagMutability: 'MUTABLE' })).toEqual(made);
  await expect(provider.create(ctx, properties)).rejects.toThrow(
    "The repository with name 'assets' already exists in the registry with id '000000000000'",
  );
  await provider.delete(ctx, current);
  await provider.create(ctx, properties);
});
