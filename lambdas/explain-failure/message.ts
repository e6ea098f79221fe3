import type { Explanation, NoFailure } from './cause';
import { redacted } from './redact';
import { oneLine } from './words';

const LONGEST = 1000;

/** `<stage> / <action>: <resource>: <cause> (log: <where>)`: one line of at most 1000 characters, without credentials. */
export function lineOf(explanation: Explanation | NoFailure): string {
  if (!('stage' in explanation)) return oneLine(`${explanation.status}: ${explanation.because}`, LONGEST);
  const { stage, action, resource, cause, log, unread } = explanation;
  const unknown = unread.length > 0 ? `; could not be read: ${unread.join(', ')}` : '';
  const end = ` (log: ${oneLine(redacted(log), 300)}${oneLine(redacted(unknown), 200)})`;
  const beginning = redacted(`${stage} / ${action}: ${resource}: ${cause}`);
  return `${oneLine(beginning, LONGEST - end.length)}${end}`;
}

/** At most 100 characters of ASCII, without control characters: SNS takes no other subject. */
export function subjectOf(name: string, explanation: Explanation | NoFailure): string {
  const stage = 'stage' in explanation ? ` in ${explanation.stage}` : '';
  return `${name}: run failed${stage}`.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
}
