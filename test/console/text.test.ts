import { duration, lastPart, oneLine, table } from '../../console/text';

test('text of others moves no cursor and stays on its line', () => {
  expect(oneLine('\u001b[31mred\u001b[0m\nand \u0007more')).toBe('red and more');
  expect(oneLine('too long a subject', 8)).toBe('too lon…');
});

test('durations have the precision that their size deserves', () => {
  expect([440, 9_940, 31_000, 125_000, 3_840_000].map(duration)).toEqual([
    '0.4 s',
    '9.9 s',
    '31 s',
    '2 m 05 s',
    '1 h 04 m',
  ]);
});

test('who an ARN names is its last part', () => {
  expect(lastPart('arn:aws:iam::1:user/ops/jane')).toBe('jane');
  expect(lastPart('arn:aws:sts::1:assumed-role/Admin/jane@example.com')).toBe('jane@example.com');
  expect(lastPart('arn:aws:iam::1:root')).toBe('root');
  expect(lastPart('jane')).toBe('jane');
});

test('columns are as wide as their widest cell, and no line ends in blanks', () => {
  expect(
    table(
      ['A', 'NOTE'],
      [
        ['long', ''],
        ['b', 'x'],
      ],
    ),
  ).toEqual(['A     NOTE', 'long', 'b     x']);
});
