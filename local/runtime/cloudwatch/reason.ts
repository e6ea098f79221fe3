import type { AlarmState } from '../../kernel/ports';
import { type Finding, isBreaching } from './evaluate';
import type { AlarmSpec, ComparisonOperator, Series } from './records';

const WORDS: Readonly<Record<ComparisonOperator, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

/** Returns the reason of a state, in CloudWatch's words. `startOf` gives the time of an index in the range. */
export function reasonFor(
  alarm: AlarmSpec,
  finding: Finding,
  seen: { range: Series; startOf(place: number): Date; previous: AlarmState },
): string {
  const { evaluated, filled, state } = finding;
  const { evaluationPeriods, threshold, treatMissingData } = alarm;
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${counted(evaluationPeriods, 'datapoint')} ${be(evaluationPeriods)} unknown.`;
  }
  const treated = treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
  const missing = `${counted(filled, 'missing datapoint')} ${be(filled)} treated as [${treated}]`;
  if (evaluated.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${counted(evaluationPeriods, 'period')} and ${missing}.`;
  }
  const value = (place: number) => seen.range[place] ?? Number.NaN;
  const speaking = evaluated.filter((place) => isBreaching(alarm, value(place)) === (state === 'ALARM'));
  const points = speaking.map((place) => `${decimal(value(place))} (${dayAndTime(seen.startOf(place))})`).join(', ');
  const not = state === 'OK' ? 'not ' : '';
  const crossed = `[${points}] ${be(speaking.length)} ${not}${WORDS[alarm.comparison]} the threshold (${decimal(threshold)})`;
  const filling = filled > 0 && (treatMissingData === 'breaching' || treatMissingData === 'notBreaching');
  const also = filling ? ` and ${missing}` : '';
  if (seen.previous === 'INSUFFICIENT_DATA' || seen.previous === state) {
    return `Threshold Crossed: ${counted(speaking.length, 'datapoint')} ${crossed}${also}.`;
  }
  const needed = alarm.datapointsToAlarm ?? evaluationPeriods;
  const minimum = state === 'ALARM' ? needed : evaluationPeriods - needed + 1;
  const transition = `(minimum ${counted(minimum, 'datapoint')} for ${seen.previous} -> ${state} transition)`;
  const outOf = `${speaking.length} out of the last ${evaluationPeriods} datapoints`;
  return `Threshold Crossed: ${outOf} ${crossed}${also} ${transition}.`;
}

/** As Java prints a double: whole numbers have a decimal too. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function be(number: number): string {
  return number === 1 ? 'was' : 'were';
}

/** `02/10/19 16:59:00`. */
function dayAndTime(at: Date): string {
  const [, year, month, day, time] = /^\d\d(\d\d)-(\d\d)-(\d\d)T([\d:]{8})/.exec(at.toISOString()) ?? [];
  return `${day}/${month}/${year} ${time}`;
}
