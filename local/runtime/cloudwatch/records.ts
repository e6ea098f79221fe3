import type { AlarmState, MetricId } from '../../kernel/ports';

/** A statistic of a metric, period by period. */
export interface MetricStat {
  readonly metric: MetricId;
  readonly periodSeconds: number;
  /** `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount` or a percentile, `p99.9`. */
  readonly statistic: string;
  readonly unit?: string;
}

/** One query: a metric, or an expression over others. */
export type MetricQuery = {
  readonly id: string;
  readonly label?: string;
  readonly returnData: boolean;
} & ({ readonly metricStat: MetricStat } | { readonly expression: string; readonly periodSeconds?: number });

export type ComparisonOperator =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

export type TreatMissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

/** The request of an alarm. */
export interface AlarmSpec {
  readonly name: string;
  readonly description?: string;
  readonly actionsEnabled: boolean;
  readonly okActions: readonly string[];
  readonly alarmActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
  /** One metric, or several lines of which one is returned. */
  readonly source: MetricStat | readonly MetricQuery[];
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  readonly treatMissingData?: TreatMissingData;
  readonly tags: Readonly<Record<string, string>>;
}

export interface StateRecord {
  readonly value: AlarmState;
  readonly reason: string;
  /** JSON. */
  readonly reasonData?: string;
  /** When the state was last found to be this, or its reason changed; ISO 8601. */
  readonly updatedAt: string;
  /** When the state became this. */
  readonly transitionedAt: string;
}

export interface AlarmRecord extends AlarmSpec {
  readonly arn: string;
  readonly configuredAt: string;
  readonly state: StateRecord;
}

export interface HistoryItem {
  readonly alarm: string;
  readonly at: string;
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
  /** JSON. */
  readonly data: string;
}

/** A value for each of several consecutive periods; undefined if it is missing. */
export type Series = readonly (number | undefined)[];

/** Periods that follow one another: `periodMinutes` minutes each, the first beginning with `firstMinute`. */
export interface Window {
  /** Counted from 1970, in minutes of metrics. */
  readonly firstMinute: number;
  readonly periodMinutes: number;
  readonly count: number;
}

export function isMetricStat(source: AlarmSpec['source']): source is MetricStat {
  return !Array.isArray(source);
}
