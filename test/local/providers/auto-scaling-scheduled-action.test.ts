import { autoScalingScheduledAction } from '../../../local/providers/auto-scaling-scheduled-action';
import { fleet, groupRequest } from '../runtime/autoscaling/controllable-servers';
import { providerContext } from './provider-context';

test('a scheduled action accepts texts and numbers, changes in place, and is deleted', async () => {
  const { scaling } = fleet();
  scaling.createGroup(groupRequest());
  const provider = autoScalingScheduledAction(scaling);
  const properties = { AutoScalingGroupName: 'fleet', Recurrence: '0 20 * * *', MinSize: '0', DesiredCapacity: 0 };
  const made = await provider.create(providerContext(), properties);
  expect(made.attributes).toEqual({ ScheduledActionName: made.physicalId });
  expect(scaling.schedule.list('fleet')).toMatchObject([{ name: made.physicalId, minSize: 0, desiredCapacity: 0 }]);
  const current = { ...made, properties };
  await provider.update!(providerContext(), current, { ...properties, Recurrence: '0 21 * * *' });
  expect(scaling.schedule.list('fleet')).toMatchObject([{ recurrence: '0 21 * * *' }]);
  await provider.delete(providerContext(), current);
  expect(scaling.schedule.list('fleet')).toEqual([]);
  await provider.delete(providerContext(), current);
});
