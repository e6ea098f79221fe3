/** Operations of EC2 that Auto Scaling needs: the servers themselves. */
export interface Servers {
  /** Throws EC2's error if nothing could be launched from the template now. */
  requireLaunchable(launchTemplate: LaunchTemplateReference): void;
  /** Starts one instance and resolves when it runs. Rejects with EC2's error if it cannot be started. */
  launch(request: LaunchRequest): Promise<Launched>;
  /** Terminates an instance and resolves when it has ended. A missing one is not an error. */
  terminate(instanceId: string, reason: string): Promise<void>;
  /** EC2's state name, or undefined for an id that EC2 does not know. */
  state(instanceId: string): ServerState | undefined;
  /** Subscribes to ended instances, for any cause. Returns the function that unsubscribes. */
  onEnded(listener: (instanceId: string, reason: string) => void): () => void;
}

export type ServerState = 'pending' | 'running' | 'shutting-down' | 'stopping' | 'stopped' | 'terminated';

export interface LaunchRequest {
  readonly launchTemplate: LaunchTemplateReference;
  readonly subnetId: string;
  /** Tags of the group that propagate, and `aws:autoscaling:groupName`. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface LaunchTemplateReference {
  /** `lt-…`. */
  readonly id: string;
  readonly name?: string;
  /** A version's number (F11: neither `$Latest` nor `$Default`). */
  readonly version: string;
}

export interface Launched {
  readonly instanceId: string;
  readonly instanceType?: string;
  readonly imageId?: string;
}

/** Operations of Elastic Load Balancing that Auto Scaling needs. */
export interface TargetGroups {
  exists(targetGroupArn: string): boolean;
  register(targetGroupArn: string, instanceId: string): void;
  /** Resolves when the target is drained and deregistered. A target that is not registered is not an error. */
  deregister(targetGroupArn: string, instanceId: string): Promise<void>;
  /** ELB's state name: `initial`, `healthy`, `unhealthy`, `draining`, `unused`. */
  health(targetGroupArn: string, instanceId: string): string;
  onHealthChanged(listener: (targetGroupArn: string, instanceId: string, state: string) => void): () => void;
}

/** Operations of the network for Auto Scaling: the zone of a subnet. Undefined for a missing subnet. */
export interface Subnets {
  availabilityZoneOf(subnetId: string): string | undefined;
}
