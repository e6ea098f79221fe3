import { saidOf } from './action-causes';
import type { ActionFacts, StackEventFacts } from './evidence';
import type { Case, Deeper, FailedResource, Finder } from './found';
import { groupCause } from './group-cause';
import { imageCause } from './image-cause';
import { plainly } from './words';

const STACK = 'AWS::CloudFormation::Stack';

/** More than CloudFormation knows is known elsewhere of these. */
const DEEPER: Readonly<Record<string, (one: Case, failed: FailedResource) => Promise<Deeper>>> = {
  'AWS::ImageBuilder::Image': imageCause,
  'AWS::AutoScaling::AutoScalingGroup': groupCause,
};

/** The first resource that really failed in the operation of the action, and why; and whether its rollback failed too. */
export const stackCause: Finder = async (one) => {
  const { action, evidence, reader } = one;
  const stack = action.configuration['StackName'] ?? 'stack';
  const events = await reader.read(`the events of ${stack}`, evidence.stackEvents(stack, action.place), []);
  const operation = eventsOf(action, events);
  const event = operation.find(isRealFailure);
  if (!event) return { resource: stack, cause: withoutEvents(action, operation), log: eventsAt(stack) };
  const plain = { resource: event.logicalId, cause: plainly(event.reason ?? event.status) };
  const { resource, cause, log }: Deeper = (await DEEPER[event.type]?.(one, { event, operation })) ?? plain;
  return { resource, cause: `${cause}${rollbackFailure(operation)}`, log: log ?? eventsAt(stack) };
};

/** A second on either side: the two services have their own clocks. */
const SLACK_MS = 1000;

/** Returns the events of the stack while the action ran. */
function eventsOf({ startedAt, endedAt }: ActionFacts, events: readonly StackEventFacts[]): StackEventFacts[] {
  const from = Date.parse(startedAt) - SLACK_MS;
  const to = endedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(endedAt) + SLACK_MS;
  const during = ({ at }: StackEventFacts) => Date.parse(at) >= from && Date.parse(at) <= to;
  return events.filter(during).toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/**
 * True unless the event is about the stack as a whole, or about a resource that was only cancelled by another failure
 * (E11).
 */
function isRealFailure({ type, status, reason = '' }: StackEventFacts): boolean {
  return type !== STACK && status.endsWith('_FAILED') && !/^Resource (creation|update) cancelled/i.test(reason);
}

/**
 * Returns the cause if the stack was not touched: the template, a parameter, the stack's state or a permission was in
 * the way.
 */
function withoutEvents(action: ActionFacts, operation: readonly StackEventFacts[]): string {
  const own = operation.find(({ type, status, reason }) => type === STACK && /FAILED|ROLLBACK/.test(status) && reason);
  const reason = saidOf(action);
  return own?.reason && !action.error?.message ? plainly(own.reason) : reason;
}

function rollbackFailure(operation: readonly StackEventFacts[]): string {
  const end = operation.findLast(({ type, status }) => type === STACK && /ROLLBACK_FAILED$/.test(status));
  if (!end) return '';
  const began = operation.findIndex(({ type, status }) => type === STACK && /ROLLBACK_IN_PROGRESS$/.test(status));
  const failed = operation.slice(began).find(isRealFailure);
  const why = failed ? `${failed.logicalId}: ${plainly(failed.reason ?? failed.status)}` : plainly(end.reason ?? '');
  return `; its rollback failed too (${end.status}): ${why || 'no reason was given'}`;
}

function eventsAt(stack: string): string {
  return `events of the stack ${stack}`;
}
