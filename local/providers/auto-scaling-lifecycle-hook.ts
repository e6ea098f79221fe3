import type { Provider } from '../engine/provider';
import type { AutoScaling } from '../runtime/autoscaling/auto-scaling';
import type { LifecycleHook } from '../runtime/autoscaling/hooks';

interface Properties {
  AutoScalingGroupName: string;
  LifecycleHookName?: string;
  LifecycleTransition: string;
  HeartbeatTimeout?: string | number;
  DefaultResult?: string;
  NotificationMetadata?: string;
}

/** Lifecycle hooks (F32): instances wait at them until CompleteLifecycleAction, or their heartbeat runs out. */
export function autoScalingLifecycleHook(scaling: AutoScaling): Provider<Properties> {
  const put = (name: string, properties: Properties) => {
    scaling.hooks.put({
      group: properties.AutoScalingGroupName,
      name,
      transition: properties.LifecycleTransition as LifecycleHook['transition'],
      heartbeatTimeout: Number(properties.HeartbeatTimeout ?? 3600),
      defaultResult: properties.DefaultResult === 'CONTINUE' ? 'CONTINUE' : 'ABANDON',
      notificationMetadata: properties.NotificationMetadata,
    });
    return { physicalId: name };
  };
  return {
    type: 'AWS::AutoScaling::LifecycleHook',
    fidelity: 'real',
    properties: {
      AutoScalingGroupName: 'real',
      LifecycleHookName: 'real',
      LifecycleTransition: 'real',
      HeartbeatTimeout: 'real',
      DefaultResult: 'real',
      NotificationMetadata: 'real',
    },
    required: ['AutoScalingGroupName', 'LifecycleTransition'],
    createOnly: ['AutoScalingGroupName', 'LifecycleHookName'],
    attributes: [],
    note: 'Told by EventBridge; notification targets of their own are refused.',

    async create(ctx, properties) {
      const name = properties.LifecycleHookName ?? ctx.physicalName({ length: 255 });
      ctx.created(name);
      return put(name, properties);
    },
    update: async (_ctx, current, next) => put(current.physicalId, next),
    delete: async (_ctx, current) => scaling.hooks.delete(current.properties.AutoScalingGroupName, current.physicalId),
  };
}
