import { autoScalingLifecycleHook } from '../../../local/providers/auto-scaling-lifecycle-hook';
import { fleet } from '../runtime/autoscaling/controllable-servers';
import { providerContext } from './provider-context';

const properties = { AutoScalingGroupName: 'fleet', LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING' };

test('a hook has AWS’s defaults, changes in place, and is deleted (F32)', async () => {
  const { scaling } = fleet();
  const provider = autoScalingLifecycleHook(scaling);
  const made = await provider.create(providerContext(), properties);
  expect(scaling.hooks.list('fleet')).toMatchObject([
    { name: made.physicalId, heartbeatTimeout: 3600, defaultResult: 'ABANDON' },
  ]);
  const current = { ...made, properties };
  await provider.update!(providerContext(), current, {
    ...properties,
    HeartbeatTimeout: '60',
    DefaultResult: 'CONTINUE',
  });
  expect(scaling.hooks.list('fleet')).toMatchObject([{ heartbeatTimeout: 60, defaultResult: 'CONTINUE' }]);
  await provider.delete(providerContext(), current);
  expect(scaling.hooks.list('fleet')).toEqual([]);
});

test('a heartbeat out of range is refused with AWS’s message (F32)', async () => {
  const { scaling } = fleet();
  const made = autoScalingLifecycleHook(scaling).create(providerContext(), { ...properties, HeartbeatTimeout: 10 });
  await expect(made).rejects.toThrow('Heartbeat Timeout must be between 30 and 7200 seconds, inclusive.');
});
