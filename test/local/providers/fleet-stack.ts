import { autoScalingGroup } from '../../../local/providers/auto-scaling-group';
import { type Fleet, fleet } from '../runtime/autoscaling/controllable-servers';
import { type Operation, operation } from './operation';

export type Provider = ReturnType<typeof autoScalingGroup>;
export type Properties = Parameters<Provider['create']>[1];

export const NAME = 'demo-Thing-1A2B3C';

export const POLICY = {
  MinInstancesInService: 2,
  MaxBatchSize: 1,
  WaitOnResourceSignals: true,
  PauseTime: 'PT5M',
  SuspendProcesses: ['HealthCheck', 'ReplaceUnhealthy', 'AZRebalance'],
};

export function properties(version: string, change: Partial<Properties> = {}): Properties {
  return {
    MinSize: '2',
    MaxSize: '4',
    VPCZoneIdentifier: ['subnet-a', 'subnet-b'],
    LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: version },
    TargetGroupARNs: ['arn:target'],
    ...change,
  };
}

export interface Update extends Operation {
  /** `running`, `done`, or why it failed. */
  outcome: string;
}

/** A group's provider over controllable servers. */
export class FleetStack {
  readonly at: Fleet = fleet();
  readonly provider: Provider = autoScalingGroup(this.at.scaling, this.at.clock);

  async create(first = properties('1')): Promise<void> {
    const made = this.provider.create(operation().ctx, first);
    await this.at.settle();
    await made;
  }

  /** Starts an update under a rolling update policy, and lets happen what happens at once. */
  async update(to: Properties, policy: object = POLICY): Promise<Update> {
    const running: Update = {
      ...operation({ updatePolicy: { AutoScalingRollingUpdate: policy } }),
      outcome: 'running',
    };
    this.provider.update!(running.ctx, { physicalId: NAME, properties: properties('1') }, to).then(
      () => {
        running.outcome = 'done';
      },
      (error: Error) => {
        running.outcome = error.message;
      },
    );
    await this.at.settle();
    return running;
  }

  /** `i-001 v1` of each instance, oldest first. */
  versions(): string[] {
    const instances = this.at.scaling.instances(NAME);
    return instances.map((instance) => `${instance.instanceId} v${instance.launchTemplate.version}`);
  }

  group() {
    return this.at.scaling.group(NAME)!;
  }
}
