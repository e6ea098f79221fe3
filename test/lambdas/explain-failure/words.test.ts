import { redacted } from '../../../lambdas/explain-failure/redact';
import { lineThatMatters, nameOf, oneLine, plainly } from '../../../lambdas/explain-failure/words';

test('a reason loses the text that wraps it', () => {
  const wrapped =
    'Resource handler returned message: "The key is gone (Service: Kms, Status Code: 400, Request ID: 1)"';
  expect(plainly(`${wrapped} (RequestToken: 1-2, HandlerErrorCode: NotFound)`)).toBe('The key is gone');
  expect(plainly('as it is')).toBe('as it is');
});

test('a denied permission is explained in one sentence', () => {
  const refusal = 'User: arn:aws:iam::000000000000:user/anna is not authorized to perform: iam:PassRole on resource: *';
  expect(plainly(refusal)).toBe('anna may not do iam:PassRole on *');
  expect(plainly('arn:aws:sts::1:assumed-role/R/s is not authorized to perform: s3:GetObject')).toBe(
    'R/s may not do s3:GetObject',
  );
});

test.each([
  ['arn:aws:iam::000000000000:user/anna', 'anna'],
  ['arn:aws:sts::000000000000:assumed-role/Release/ben', 'Release/ben'],
  ['somebody', 'somebody'],
])('%s becomes %s', (arn, name) => {
  expect(nameOf(arn)).toBe(name);
});

test.each([
  [['error: first', 'error: last', 'cleaning up'], 'error: last'],
  [['hello', 'world', ''], 'world'],
  [['Error: no', '    at main (a.js:1:2)', '', 'Node.js v24.1.0'], 'Error: no'],
  [['TypeError: x is not a function', 'npm error A complete log of this run can be found in: /x'], /TypeError/],
  [['[Container] 2025/11/21 Phase complete: BUILD State: FAILED'], undefined],
  [[], undefined],
])('the line that matters of %j', (lines, line) => {
  const found = lineThatMatters(lines);
  if (line instanceof RegExp) expect(found).toMatch(line);
  else expect(found).toBe(line);
});

test('one line has no control character, and a maximum length', () => {
  expect(oneLine('a\r\n\tb\u0007\u2028c', 100)).toBe('a b c');
  expect(oneLine('x'.repeat(20), 10)).toBe(`${'x'.repeat(9)}…`);
});

test.each([
  ['key AKIAIOSFODNN7EXAMPLE and ASIAIOSFODNN7EXAMPLE', 'key *** and ***'],
  ['AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG', 'AWS_SECRET_ACCESS_KEY=***'],
  ['{"password": "swordfish", "user": "anna"}', '{"password": "***", "user": "anna"}'],
  ['Authorization: Bearer abcdefghijk', 'Authorization: Bearer ***'],
  ['https://anna:hunter2@git.example/x', 'https://***@git.example/x'],
  [
    'https://b.s3.amazonaws.com/k?X-Amz-Signature=ab12&X-Amz-Date=1',
    'https://b.s3.amazonaws.com/k?X-Amz-Signature=***&X-Amz-Date=1',
  ],
  ['nothing to hide: the token expired', 'nothing to hide: the token expired'],
])('credentials in %s are removed', (text, without) => {
  expect(redacted(text)).toBe(without);
});
