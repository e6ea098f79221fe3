import { ServiceQuotas } from '../../../../local/runtime/servicequotas/service-quotas';
import { room } from '../../../rig/room';

test('an account has the default of a quota until it is raised', () => {
  const quotas = new ServiceQuotas(room());
  expect(quotas.get('vpc', 'L-F678F1CE')).toMatchObject({ name: 'VPCs per Region', value: 5 });
  quotas.set('vpc', 'L-F678F1CE', 8);
  expect([quotas.get('vpc', 'L-F678F1CE').value, quotas.default('vpc', 'L-F678F1CE').value]).toEqual([8, 5]);
  expect(quotas.list('vpc').map(({ value }) => value)).toEqual([8]);
});

test('an unknown quota is refused as AWS refuses it', () => {
  const quotas = new ServiceQuotas(room());
  const refusal = expect.objectContaining({ code: 'NoSuchResourceException' }) as Error;
  expect(() => quotas.get('ec2', 'L-00000000')).toThrow(refusal);
  expect(() => quotas.set('s3', 'L-F678F1CE', 1)).toThrow(refusal);
});
