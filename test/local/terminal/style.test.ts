import { PassThrough } from 'node:stream';
import { duration, oneLine, plain, screenOn } from '../../../local/terminal/style';

const stream = (isTTY?: boolean, columns?: number) => Object.assign(new PassThrough(), { isTTY, columns });
const coloured = (screen: ReturnType<typeof screenOn>) => screen.colors.red('text') !== 'text';

test.each([
  [0, '0 ms'],
  [240.4, '240 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [3149, '3.1 s'],
  [59_949, '59.9 s'],
  [59_970, '1 m 00 s'],
  [125_000, '2 m 05 s'],
  [3_600_000, '60 m 00 s'],
])('%d ms are shown as %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test('a text becomes one line that is no longer than asked', () => {
  expect(oneLine('  several\n\tlines \r\n of text ', 80)).toBe('several lines of text');
  expect(oneLine('exactly', 7)).toBe('exactly');
  expect(oneLine('one too many', 7)).toBe('one to…');
  expect(oneLine('anything', 0)).toBe('…');
});

test('a character of two units is never cut in half', () => {
  expect(oneLine('🚀🚀🚀', 3)).toBe('🚀🚀🚀');
  expect(oneLine('🚀🚀🚀', 2)).toBe('🚀…');
});

test('the text of a commit or a build cannot colour, ring, clear the screen or name the window', () => {
  expect(plain('\u001b[31mred\u001b[0m \u001b[2Jgone\u0007 \u001b]0;title\u0007 \u009b1mbold')).toBe('red gone  bold');
  expect(plain('tabs\tand\nlines stay')).toBe('tabs\tand\nlines stay');
  expect(oneLine('\u001b[1;1Hsubject\u001b[K', 80)).toBe('subject');
});

test('a terminal is live and has colours; a pipe is neither', () => {
  expect(screenOn(stream(true), {}).live).toBe(true);
  expect(coloured(screenOn(stream(true), {}))).toBe(true);
  expect(screenOn(stream(), {}).live).toBe(false);
  expect(coloured(screenOn(stream(), {}))).toBe(false);
});

test.each([
  ['a dumb terminal', { TERM: 'dumb' }],
  ['a terminal of a CI service', { CI: 'true' }],
])('%s is not live and has no colours', (_title, environment) => {
  const screen = screenOn(stream(true), environment);
  expect(screen.live).toBe(false);
  expect(coloured(screen)).toBe(false);
});

test('NO_COLOR takes the colours, even forced ones; empty it says nothing', () => {
  expect(coloured(screenOn(stream(true), { NO_COLOR: '1' }))).toBe(false);
  expect(coloured(screenOn(stream(true), { NO_COLOR: '1', FORCE_COLOR: '1' }))).toBe(false);
  expect(coloured(screenOn(stream(true), { NO_COLOR: '' }))).toBe(true);
});

test('FORCE_COLOR gives a pipe colours, and does not make it live; 0 forces nothing', () => {
  expect(coloured(screenOn(stream(), { FORCE_COLOR: '1' }))).toBe(true);
  expect(screenOn(stream(), { FORCE_COLOR: '1' }).live).toBe(false);
  expect(coloured(screenOn(stream(), { FORCE_COLOR: '0' }))).toBe(false);
});

test('the width is the terminal’s of this moment, and 80 where nobody knows it', () => {
  const terminal = stream(true, 120);
  const screen = screenOn(terminal, {});
  expect(screen.columns()).toBe(120);
  terminal.columns = 40;
  expect(screen.columns()).toBe(40);
  expect(screenOn(stream(), {}).columns()).toBe(80);
  expect(screenOn(stream(true, 0), {}).columns()).toBe(80);
});

test('what is written goes to the stream as it is', () => {
  const target = stream();
  screenOn(target, {}).write('a line\n');
  expect(String(target.read())).toBe('a line\n');
});
