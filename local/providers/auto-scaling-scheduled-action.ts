import type { Provider } from '../engine/provider';
import type { AutoScaling } from '../runtime/autoscaling/auto-scaling';

interface Properties {
  AutoScalingGroupName: string;
  DesiredCapacity?: string | number;
  EndTime?: string;
  MaxSize?: string | number;
  MinSize?: string | number;
  Recurrence?: string;
  StartTime?: string;
  TimeZone?: string;
}

/** Scheduled actions: a group's sizes at times of day. */
export function autoScalingScheduledAction(scaling: AutoScaling): Provider<Properties> {
  const put = (name: string, properties: Properties) => {
    const number = (value: string | number | undefined) => (value === undefined ? undefined : Number(value));
    scaling.schedule.put({
      group: properties.AutoScalingGroupName,
      name,
      recurrence: properties.Recurrence,
      timeZone: properties.TimeZone,
      startTime: properties.StartTime,
      endTime: properties.EndTime,
      minSize: number(properties.MinSize),
      maxSize: number(properties.MaxSize),
      desiredCapacity: number(properties.DesiredCapacity),
    });
    return { physicalId: name, attributes: { ScheduledActionName: name } };
  };
  return {
    type: 'AWS::AutoScaling::ScheduledAction',
    fidelity: 'real',
    properties: {
      AutoScalingGroupName: 'real',
      DesiredCapacity: 'real',
      EndTime: 'real',
      MaxSize: 'real',
      MinSize: 'real',
      Recurrence: 'real',
      StartTime: 'real',
      TimeZone: 'real',
    },
    required: ['AutoScalingGroupName'],
    createOnly: ['AutoScalingGroupName'],
    attributes: ['ScheduledActionName'],
    note: 'At the real time, at any time scale.',

    async create(ctx, properties) {
      const name = ctx.physicalName({ length: 255 });
      ctx.created(name);
      return put(name, properties);
    },
    update: async (_ctx, current, next) => put(current.physicalId, next),
    delete: async (_ctx, { physicalId, properties }) =>
      scaling.schedule.delete(properties.AutoScalingGroupName, physicalId),
  };
}
