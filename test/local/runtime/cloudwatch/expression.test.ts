import { calculate, idsIn, parseExpression } from '../../../../local/runtime/cloudwatch/expression';
import type { Series } from '../../../../local/runtime/cloudwatch/records';

const known: Record<string, Series> = {
  m1: [1, 2, undefined, 4],
  zero: [0, 0, 0, 0],
  none: [undefined],
  m2: [5, undefined, undefined, 0],
};
const value = (text: string) => [...calculate(parseExpression(text), 4, (id) => known[id] ?? [])];

test.each([
  ['1 + 2 * 3 ^ 2 - -1', [20, 20, 20, 20]],
  ['(1 + 2) * 3', [9, 9, 9, 9]],
  ['100 * m1 / 4', [25, 50, undefined, 100]],
  ['m1 / zero', [undefined, undefined, undefined, undefined]],
  ['FILL(m1, 0)', [1, 2, 0, 4]],
  ['FILL(none, 7)', [7, 7, 7, 7]],
  ['IF(m1 >= 2, m1, 0.5)', [0.5, 2, undefined, 4]],
  ['IF(zero, m1 / zero, -1)', [-1, -1, -1, -1]],
  ['m1 + m2', [6, 2, undefined, 4]],
  ['10 * none + m1', [1, 2, undefined, 4]],
  ['none > m1', [0, 0, undefined, 0]],
  ['m2 / m1', [5, 0, undefined, 0]],
  ['IF(m1, m2, 7)', [5, 0, undefined, 0]],
  ['IF(zero, 1, m1 / zero)', [0, 0, 0, 0]],
  ['m1 > 1 AND m1 < 4', [0, 1, undefined, 0]],
  ['m1 == 1 || m1 != 2', [1, 0, undefined, 1]],
  ['CEIL(m1 / 3) + FLOOR(1.5) + ABS(0 - 1)', [3, 3, undefined, 4]],
])('%s', (text, expected) => expect(value(text)).toEqual(expected));

test('the share of failed requests is the expression of an environment’s alarm', () => {
  const requests: Record<string, Series> = {
    // Nobody asks; all is well; some fail, in the servers and before them; no server is there to count requests.
    requests: [undefined, 10, 10, 10, 0, undefined],
    target: [undefined, 0, 2, undefined, 0, undefined],
    balancer: [undefined, undefined, 1, 5, undefined, 3],
  };
  const percent = parseExpression('IF((target + balancer) > requests, 100, 100 * (target + balancer) / requests)');
  expect(calculate(percent, 6, (id) => requests[id] ?? [])).toEqual([undefined, 0, 30, 50, 0, 100]);
});

test('the metrics of an expression have ids', () => {
  expect(idsIn(parseExpression('IF(requests > 0, FILL(errors, 0) / requests, 0)'))).toEqual([
    'requests',
    'errors',
    'requests',
  ]);
});

test.each(['ANOMALY_DETECTION_BAND(m1, 2)', 'SUM(METRICS())', 'FILL(m1, REPEAT)', 'RATE(m1)'])(
  '%s is refused by name',
  (text) => expect(() => parseExpression(text)).toThrow('is not supported by the local runtime'),
);

test.each(['', '1 +', '(m1', 'm1 m1', 'IF(m1, 1)', 'M1 + 1', '1 ~ 2'])('"%s" is no expression', (text) => {
  expect(() => parseExpression(text)).toThrow('Invalid syntax');
});
