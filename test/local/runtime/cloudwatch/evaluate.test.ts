import { type AlarmRule, evaluate, evaluationRange } from '../../../../local/runtime/cloudwatch/evaluate';
import type { Series } from '../../../../local/runtime/cloudwatch/records';

/** The tables of AWS's documentation: 0 does not breach, X does, - is missing; `same` keeps the state. */
const series = (drawn: string): Series => [...drawn.replaceAll(' ', '')].map((point) => ({ '0': 0, X: 9 })[point]);
const rule = (changes: Partial<AlarmRule>): AlarmRule => ({
  comparison: 'GreaterThanThreshold',
  evaluationPeriods: 3,
  threshold: 5,
  ...changes,
});
const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

test('an alarm evaluates 5 datapoints for 3, as in the example of AWS', () => {
  expect(evaluationRange({ evaluationPeriods: 3 })).toBe(5);
});

describe.each([
  [3, '0 - X - X', 'OK OK OK OK'],
  [3, '0 - - - -', 'OK OK OK OK'],
  [3, '- - - - -', 'INSUFFICIENT_DATA same ALARM OK'],
  [3, '0 X X - X', 'ALARM ALARM ALARM ALARM'],
  [3, '- - X - -', 'ALARM same ALARM OK'],
  [2, '0 - X - X', 'ALARM ALARM ALARM ALARM'],
  [2, '0 0 X 0 X', 'ALARM ALARM ALARM ALARM'],
  [2, '0 - X - -', 'OK OK ALARM OK'],
  [2, '- - - - 0', 'OK OK ALARM OK'],
  [2, '- - - X -', 'ALARM same ALARM OK'],
])('an alarm with %i of 3 datapoints to alarm evaluates %s', (datapointsToAlarm, drawn, states) => {
  test.each(TREATMENTS.map((treatment, index) => [treatment, states.split(' ')[index]]))(
    'an alarm treats missing datapoints as %s: %s',
    (treatMissingData, state) => {
      expect(evaluate(rule({ datapointsToAlarm, treatMissingData }), series(drawn))?.state ?? 'same').toBe(state);
    },
  );
});

test.each(['- - - - X', '- - - X -'])('an alarm of 3 datapoints does not fire early: %s', (drawn) => {
  expect(evaluate(rule({}), series(drawn))).toBeUndefined();
});

test.each([
  ['GreaterThanThreshold', 5, 'OK'],
  ['GreaterThanOrEqualToThreshold', 5, 'ALARM'],
  ['LessThanThreshold', 5, 'OK'],
  ['LessThanOrEqualToThreshold', 5, 'ALARM'],
] as const)('%s: %i is %s at a threshold of 5', (comparison, value, state) => {
  expect(evaluate(rule({ comparison, evaluationPeriods: 1 }), [value])?.state).toBe(state);
});
