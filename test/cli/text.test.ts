import { duration, lastPart, oneLine, plain, table } from '../../cli/text';

test('text of others moves no cursor and stays on one line', () => {
  expect(oneLine('\u001b[31mred\u001b[0m\nand \u0007more')).toBe('red and more');
  expect(oneLine('too long a subject', 8)).toBe('too lon…');
});

test.each([
  [0, '0 ms'],
  [240.4, '240 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [3149, '3.1 s'],
  [59_949, '59.9 s'],
  [59_970, '1 m 00 s'],
  [125_000, '2 m 05 s'],
  [3_600_000, '1 h 00 m'],
  [3_840_000, '1 h 04 m'],
])('%d ms are shown as %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test('a text becomes one line of at most the given width', () => {
  expect(oneLine('  several\n\tlines \r\n of text ', 80)).toBe('several lines of text');
  expect(oneLine('exactly', 7)).toBe('exactly');
  expect(oneLine('one too many', 7)).toBe('one to…');
  expect(oneLine('anything', 0)).toBe('…');
});

test('a character of two UTF-16 units is never split', () => {
  expect(oneLine('🚀🚀🚀', 3)).toBe('🚀🚀🚀');
  expect(oneLine('🚀🚀🚀', 2)).toBe('🚀…');
});

test('the text of a commit or a build cannot colour, ring, clear the screen or set the title of the window', () => {
  expect(plain('\u001b[31mred\u001b[0m \u001b[2Jgone\u0007 \u001b]0;title\u0007 \u009b1mbold')).toBe('red gone  bold');
  expect(plain('tabs\tand\nlines stay')).toBe('tabs\tand\nlines stay');
  expect(oneLine('\u001b[1;1Hsubject\u001b[K', 80)).toBe('subject');
});

test('`lastPart` returns the last segment of an ARN', () => {
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
