import type { Explanation } from '../../../lambdas/explain-failure/cause';
import { lineOf, subjectOf } from '../../../lambdas/explain-failure/message';

const explanation: Explanation = {
  stage: 'dev',
  action: 'Roll',
  resource: 'Fleet',
  cause: 'it is broken',
  log: 'events of the stack',
  unread: [],
};

test('one line names the place, the resource, the cause and the log', () => {
  expect(lineOf(explanation)).toBe('dev / Roll: Fleet: it is broken (log: events of the stack)');
});

test('a long cause is cut, and its end stays', () => {
  const line = lineOf({ ...explanation, cause: 'much\nto say '.repeat(500) });
  expect(line.length).toBeLessThanOrEqual(1000);
  expect(line.length).toBeGreaterThan(990);
  expect(line).toMatch(/… \(log: events of the stack\)$/);
});

test('sources that could not be read are named', () => {
  expect(lineOf({ ...explanation, unread: ['the log (AccessDenied)'] })).toMatch(
    /\(log: events of the stack; could not be read: the log \(AccessDenied\)\)$/,
  );
});

test('the subject is ASCII of at most 100 characters', () => {
  expect(subjectOf('greeter', explanation)).toBe('greeter: run failed in dev');
  expect(subjectOf('grüßer'.repeat(30), explanation)).toMatch(/^[\x20-\x7e]{100}$/);
});
