import { AwsError, messageOf } from '../../kernel/failure';
import { sizesUpdated } from './causes';
import { type DeclaredSizes, type Group, type GroupRequest, minSizeOf } from './group';
import type { LaunchTemplateReference, Servers, Subnets, TargetGroups } from './ports';

/**
 * Returns the desired capacity for new sizes (F35): an explicit one must be in range; a live one is moved into it; a
 * new group without one starts at its minimum.
 */
export function desiredCapacity(sizes: DeclaredSizes, live?: number): number {
  const { minSize, maxSize, desiredCapacity: explicit } = sizes;
  for (const [name, value] of Object.entries({ minSize, maxSize, desiredCapacity: explicit ?? 0 })) {
    if (!Number.isInteger(value) || value < 0) {
      throw new AwsError('ValidationError', `${name} must be a whole number from 0 up, not ${value}`);
    }
  }
  if (minSize > maxSize)
    throw new AwsError(
      'ValidationError',
      `Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`,
    );
  if (explicit !== undefined) {
    requireInRange(explicit, minSize, maxSize);
    return explicit;
  }
  return Math.min(Math.max(live ?? minSize, minSize), maxSize);
}

/** F35: AWS's message for a desired capacity out of range. */
export function requireInRange(desired: number, minSize: number, maxSize: number): void {
  if (desired >= minSize && desired <= maxSize) return;
  throw new AwsError(
    'ValidationError',
    `Desired capacity:${desired} must be between the specified min size:${minSize} and max size:${maxSize}`,
  );
}

/** One instance less must not go below the minimum. */
export function requireDecrement(group: Group): void {
  const minSize = minSizeOf(group);
  if (group.desiredCapacity - 1 >= minSize) return;
  throw new AwsError(
    'ValidationError',
    `Currently, desiredSize equals minSize (${minSize}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
  );
}

/** The group with another desired capacity, and with the reason that its next activities give. */
export function resized(
  at: Date,
  group: Group,
  { from, to, by }: { from: number; to: number; by?: 'scheduled action' },
): Group {
  if (from === to) return { ...group, desiredCapacity: to };
  const capacityCause = sizesUpdated(at, { min: minSizeOf(group), max: group.maxSize, from, to, by });
  return { ...group, desiredCapacity: to, capacityCause };
}

/** Refuses missing subnets and target groups, with AWS's message. */
export function requireParts(
  request: Pick<GroupRequest, 'subnets' | 'targetGroups'> & Partial<Pick<GroupRequest, 'launchTemplate'>>,
  ports: { subnets: Subnets; targetGroups: TargetGroups; servers: Servers },
): void {
  const subnet = request.subnets.find((id) => ports.subnets.availabilityZoneOf(id) === undefined);
  if (subnet !== undefined) throw new AwsError('ValidationError', `The subnet ID '${subnet}' does not exist`);
  if (request.subnets.length === 0) {
    throw new AwsError('ValidationError', 'At least one Availability Zone or VPC Subnet is required.');
  }
  const target = request.targetGroups.find((arn) => !ports.targetGroups.exists(arn));
  if (target !== undefined) throw new AwsError('ValidationError', `Provided Target Groups may not be valid: ${target}`);
  if (request.launchTemplate) requireLaunchable(request.launchTemplate, ports.servers);
}

/** A launch template is checked when it is set on a group: one with a deregistered AMI is refused with this message. */
function requireLaunchable(launchTemplate: LaunchTemplateReference, servers: Servers): void {
  try {
    servers.requireLaunchable(launchTemplate);
  } catch (error) {
    const message = messageOf(error);
    throw new AwsError('ValidationError', `You must use a valid fully-formed launch template. ${message}`);
  }
}
