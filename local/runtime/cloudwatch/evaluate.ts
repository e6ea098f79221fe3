import type { AlarmState } from '../../kernel/ports';
import type { AlarmSpec, ComparisonOperator, Series } from './records';

/** AWS looks at more datapoints than it needs, in case some are missing: 5 for 3 in its example. */
const FURTHER_PERIODS = 2;

/** Returns the number of periods that an alarm evaluates. */
export function evaluationRange({ evaluationPeriods }: Pick<AlarmSpec, 'evaluationPeriods'>): number {
  return evaluationPeriods + FURTHER_PERIODS;
}

export type AlarmRule = Pick<
  AlarmSpec,
  'comparison' | 'datapointsToAlarm' | 'evaluationPeriods' | 'threshold' | 'treatMissingData'
>;

/** Result of an evaluation, with the data that it is based on. */
export interface Finding {
  readonly state: AlarmState;
  /** Places in the range of the datapoints that were evaluated, newest first. */
  readonly evaluated: readonly number[];
  /** Number of missing datapoints that were filled in. */
  readonly filled: number;
}

const COMPARISONS: Readonly<Record<ComparisonOperator, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

export function isBreaching({ comparison, threshold }: AlarmRule, value: number): boolean {
  return COMPARISONS[comparison](value, threshold);
}

/**
 * Returns the state of an alarm from the datapoints of its evaluation range, oldest first. Pure; undefined if the state
 * does not change. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluate(rule: AlarmRule, range: Series): Finding | undefined {
  const { evaluationPeriods, treatMissingData = 'missing' } = rule;
  const needed = rule.datapointsToAlarm ?? evaluationPeriods;
  const newest = [...range.keys()].reverse();
  const evaluated = newest.filter((place) => range[place] !== undefined).slice(0, evaluationPeriods);
  const breaching = evaluated.filter((place) => isBreaching(rule, range[place] ?? Number.NaN));
  const filled = evaluationPeriods - evaluated.length;
  const found = (alarm: boolean): Finding => ({ state: alarm ? 'ALARM' : 'OK', evaluated, filled });
  if (filled === 0) return found(breaching.length >= needed);
  switch (treatMissingData) {
    case 'breaching':
      return found(breaching.length + filled >= needed);
    case 'notBreaching':
      return found(breaching.length >= needed);
    case 'ignore':
    case 'missing': {
      const enough = breaching.length >= needed;
      if (enough || breaching.length < evaluated.length) return found(enough);
      if (treatMissingData === 'ignore') return undefined;
      const oldest = breaching.at(-1);
      if (oldest === undefined) return { state: 'INSUFFICIENT_DATA', evaluated, filled };
      // The next datapoint may be better: only one that is old enough counts for missing ones.
      return range.length - oldest >= needed ? found(true) : undefined;
    }
  }
}
