import { ssmParameter } from '../../../local/providers/ssm-parameter';
import { ParameterStore } from '../../../local/runtime/ssm/parameter-store';
import { room } from '../../rig/room';
import { givenTags, providerContext } from './provider-context';

const properties = { Name: '/demo/version', Type: 'String', Value: '1.0.0', Tags: { part: 'image' } };

function setUp() {
  const parameters = new ParameterStore(room());
  return { parameters, provider: ssmParameter(parameters), ctx: providerContext() };
}

test('a parameter is created with its tags; Ref returns its name', async () => {
  const { parameters, provider, ctx } = setUp();
  const provided = await provider.create(ctx, properties);
  expect(provided).toEqual({ physicalId: '/demo/version', attributes: { Type: 'String', Value: '1.0.0' } });
  expect(ctx.made).toEqual(['/demo/version']);
  expect(parameters.get('/demo/version')).toMatchObject({ value: '1.0.0', modifiedBy: ctx.principal.arn });
  expect(parameters.tags('/demo/version')).toEqual({ ...givenTags, part: 'image' });
});

test('a parameter without a name gets one that begins with CFN, where other types use the name of the stack', async () => {
  const { provider, ctx } = setUp();
  const physicalName = jest.fn(() => 'CFN-Version-A1B2C3D4E5F6');
  const { Name: _, ...unnamed } = properties;
  const provided = await provider.create({ ...ctx, physicalName }, unnamed);
  expect(provided.physicalId).toBe('CFN-Version-A1B2C3D4E5F6');
  expect(physicalName).toHaveBeenCalledWith({ length: 128, prefix: 'CFN' });
});

test('an update creates a new version only if a stored setting changes (C10)', async () => {
  const { parameters, provider, ctx } = setUp();
  const current = { ...(await provider.create(ctx, properties)), properties };
  parameters.put({ name: '/demo/version', value: '1.0.7', overwrite: true, by: 'the version function' });
  await provider.update?.(ctx, current, { ...properties, Tags: {} });
  expect(parameters.get('/demo/version')).toMatchObject({ value: '1.0.7', version: 2 });
  expect(parameters.tags('/demo/version')).toEqual(givenTags);
  await provider.update?.(ctx, current, { ...properties, Value: '2.0.0' });
  expect(parameters.get('/demo/version')).toMatchObject({ value: '2.0.0', version: 3 });
});

test('an existing parameter is not adopted', async () => {
  const { provider, ctx } = setUp();
  await provider.create(ctx, properties);
  await expect(provider.create(ctx, properties)).rejects.toMatchObject({ code: 'ParameterAlreadyExists' });
});

test('a missing parameter counts as deleted', async () => {
  const { parameters, provider, ctx } = setUp();
  const current = { ...(await provider.create(ctx, properties)), properties };
  await provider.delete(ctx, current);
  await provider.delete(ctx, current);
  expect(parameters.value('/demo/version')).toBeUndefined();
});

test('a SecureString is refused before anything is changed', () => {
  expect(setUp().provider.refuse?.({ Type: 'SecureString' })).toEqual([
    'Type: SecureString is not one of String, StringList',
  ]);
});
