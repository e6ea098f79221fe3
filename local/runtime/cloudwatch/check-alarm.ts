import { parseArn } from '../../kernel/arn';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import { checkQueries, periodOf } from './query';
import { type AlarmSpec, isMetricStat, type MetricStat } from './records';
import { isPercentile, isStatistic } from './statistics';

const DAY_SECONDS = 24 * 60 * 60;

/** Refuses what CloudWatch refuses, and unsupported settings. `services` are those whose ARNs can be actions. */
export function checkAlarm(alarm: AlarmSpec, services: ReadonlySet<string>): void {
  const { datapointsToAlarm, evaluationPeriods, name, source } = alarm;
  if (name === '' || name.length > 255) throw invalid(`Alarm name must have 1 to 255 characters: '${name}'`);
  for (const action of [...alarm.alarmActions, ...alarm.okActions, ...alarm.insufficientDataActions]) {
    const service = parseArn(action)?.service;
    if (!service) throw invalid(`Invalid arn syntax: ${action}`);
    if (!services.has(service)) throw new NotSupportedLocally(`The alarm action ${action}`);
  }
  if (evaluationPeriods < 1) throw invalid('EvaluationPeriods must be at least 1');
  if (datapointsToAlarm !== undefined && (datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods)) {
    throw invalid(
      `The parameter DatapointsToAlarm (${datapointsToAlarm}) must be between 1 and EvaluationPeriods (${evaluationPeriods}).`,
    );
  }
  const period = isMetricStat(source) ? source.periodSeconds : checkLines(source);
  if (isMetricStat(source)) checkMetricStat(source);
  if (period * evaluationPeriods > DAY_SECONDS) {
    // AWS evaluates these once an hour only.
    throw new NotSupportedLocally(`An alarm over ${evaluationPeriods} periods of ${period} s, more than a day,`);
  }
}

export function checkMetricStat({ periodSeconds, statistic }: MetricStat): void {
  checkPeriod(periodSeconds);
  if (isStatistic(statistic) || isPercentile(statistic)) return;
  if (/^(tm|wm|tc|ts|pr|iqm)/i.test(statistic)) throw new NotSupportedLocally(`The statistic ${statistic}`);
  throw invalid(`The value ${statistic} for parameter Stat is not supported.`);
}

/** Periods are whole minutes here: metrics of high resolution are refused. */
export function checkPeriod(seconds: number): void {
  if ([1, 5, 10, 20, 30].includes(seconds)) throw new NotSupportedLocally(`A metric period of ${seconds} s`);
  if (seconds > 0 && seconds % 60 === 0) return;
  throw invalid('The parameter Period must be a multiple of 60, or one of 1, 5, 10, 20 and 30.');
}

/** The lines of a metric math alarm, of which one is returned; gives its period. */
function checkLines(lines: Exclude<AlarmSpec['source'], MetricStat>): number {
  checkQueries(lines);
  for (const line of lines) if ('metricStat' in line) checkMetricStat(line.metricStat);
  const returned = lines.filter(({ returnData }) => returnData);
  const [only] = returned;
  if (!only || returned.length > 1) {
    throw new AwsError('ValidationException', 'Exactly one element of the metrics list should return data.');
  }
  const period = periodOf(lines, only);
  checkPeriod(period);
  return period;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
