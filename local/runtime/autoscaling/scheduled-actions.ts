import { CronExpressionParser } from 'cron-parser';
import type { Cancel, Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { AwsError, messageOf } from '../../kernel/failure';
import type { Collection, Store } from '../../kernel/store';
import { desiredCapacity, resized } from './capacity';
import { isSuspended } from './group';
import type { Reconciler } from './reconciler';
import type { Records } from './records';

/** Sizes that a group gets at a time of day. */
export interface ScheduledAction {
  readonly group: string;
  readonly name: string;
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly recurrence?: string;
  /** IANA's name; default UTC. */
  readonly timeZone?: string;
  /** ISO 8601. */
  readonly startTime?: string;
  readonly endTime?: string;
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly desiredCapacity?: number;
}

interface Options {
  readonly store: Store;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly records: Records;
  readonly reconciler: Reconciler;
}

/** A time beyond the longest timer of Node.js is scheduled in steps. */
const LONGEST_TIMER_MS = 24 * 3_600_000;

/**
 * The scheduled actions of all groups. Their times are real ones: no time scale shortens a day. Actions that were due
 * while the runtime did not run are not repeated.
 */
export class ScheduledActions {
  private readonly actions: Collection<ScheduledAction>;
  private readonly timers = new Map<string, Cancel>();

  constructor(private readonly options: Options) {
    this.actions = options.store.collection('autoscaling.scheduled-actions');
  }

  /** Makes an action, or changes one. */
  put(action: ScheduledAction): ScheduledAction {
    this.options.records.require(action.group);
    const { desiredCapacity: desired, maxSize, minSize, recurrence, startTime } = action;
    if (desired === undefined && maxSize === undefined && minSize === undefined) {
      throw invalid('At least one of MinSize, MaxSize and DesiredCapacity must be given.');
    }
    if (recurrence === undefined && startTime === undefined) throw invalid('StartTime or Recurrence must be given.');
    if (recurrence !== undefined) requireRecurrence(recurrence, action.timeZone);
    if (startTime !== undefined && new Date(startTime) <= this.options.clock.now() && recurrence === undefined) {
      throw invalid('Given start time is in the past');
    }
    this.actions.put(keyOf(action), action);
    this.plan(action);
    return action;
  }

  /** A missing one is not an error. */
  delete(group: string, name: string): void {
    this.cancel({ group, name });
    this.actions.delete(keyOf({ group, name }));
  }

  list(group?: string): ScheduledAction[] {
    return this.actions.values(group === undefined ? '' : `${group}/`);
  }

  /** Returns the next time of the action, strictly later than now. */
  next(action: ScheduledAction): Date | undefined {
    return nextTime(action, this.options.clock.now());
  }

  forget(group: string): void {
    for (const action of this.list(group)) this.delete(group, action.name);
  }

  recover(): void {
    for (const action of this.list()) this.plan(action);
  }

  stop(): void {
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  private plan(action: ScheduledAction): void {
    this.cancel(action);
    const at = this.next(action);
    // AWS deletes an action without a next time.
    if (!at) return this.actions.delete(keyOf(action));
    const left = at.getTime() - this.options.clock.now().getTime();
    const due = left <= LONGEST_TIMER_MS;
    const timer = this.options.clock.limit(Math.min(left, LONGEST_TIMER_MS), () => {
      if (due) this.act(action);
      if (this.actions.get(keyOf(action))) this.plan(action);
    });
    this.timers.set(keyOf(action), timer);
  }

  private act(action: ScheduledAction): void {
    const { bus, clock, reconciler, records } = this.options;
    const group = records.group(action.group);
    if (!group || isSuspended(group, 'ScheduledActions')) return;
    try {
      const minSize = action.minSize ?? group.minSize;
      const maxSize = action.maxSize ?? group.maxSize;
      const from = group.desiredCapacity;
      const to = desiredCapacity({ minSize, maxSize, desiredCapacity: action.desiredCapacity }, from);
      const sized = { ...group, minSize, maxSize };
      records.putGroup(resized(clock.now(), sized, { from, to, by: 'scheduled action' }));
      reconciler.reconcileAtOnce(group.name);
    } catch (error) {
      const message = `Scheduled action ${action.name} of ${group.name} was not carried out: ${messageOf(error)}`;
      bus.emit({ type: 'notice', level: 'warning', message });
    }
  }

  private cancel(action: Pick<ScheduledAction, 'group' | 'name'>): void {
    this.timers.get(keyOf(action))?.();
    this.timers.delete(keyOf(action));
  }
}

/**
 * Returns the start time, if it is in the future, or else the next match of the expression before the end time. Pure.
 */
export function nextTime(action: ScheduledAction, after: Date): Date | undefined {
  const { endTime, recurrence, startTime, timeZone: tz = 'UTC' } = action;
  const start = startTime === undefined ? undefined : new Date(startTime);
  const first = start && start > after ? start : undefined;
  const next =
    first ??
    (recurrence === undefined
      ? undefined
      : CronExpressionParser.parse(recurrence, { currentDate: after, tz }).next().toDate());
  return next && endTime !== undefined && next >= new Date(endTime) ? undefined : next;
}

function requireRecurrence(recurrence: string, timeZone: string | undefined): void {
  try {
    if (recurrence.trim().split(/\s+/).length !== 5) throw new Error('it has not five fields');
    CronExpressionParser.parse(recurrence, { currentDate: new Date(0), tz: timeZone ?? 'UTC' }).next();
  } catch (error) {
    throw invalid(`Given recurrence string: ${recurrence} is invalid: ${messageOf(error)}`);
  }
}

function keyOf({ group, name }: Pick<ScheduledAction, 'group' | 'name'>): string {
  return `${group}/${name}`;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
