import { PassThrough } from 'node:stream';
import { screenOn } from '../../cli/screen';

const stream = (isTTY?: boolean, columns?: number) => Object.assign(new PassThrough(), { isTTY, columns });
const coloured = (screen: ReturnType<typeof screenOn>) => screen.colors.red('text') !== 'text';

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

test('NO_COLOR disables colours, also forced ones; an empty NO_COLOR has no effect', () => {
  expect(coloured(screenOn(stream(true), { NO_COLOR: '1' }))).toBe(false);
  expect(coloured(screenOn(stream(true), { NO_COLOR: '1', FORCE_COLOR: '1' }))).toBe(false);
  expect(coloured(screenOn(stream(true), { NO_COLOR: '' }))).toBe(true);
});

test('FORCE_COLOR enables colours on a pipe, but not the live region; FORCE_COLOR=0 has no effect', () => {
  expect(coloured(screenOn(stream(), { FORCE_COLOR: '1' }))).toBe(true);
  expect(screenOn(stream(), { FORCE_COLOR: '1' }).live).toBe(false);
  expect(coloured(screenOn(stream(), { FORCE_COLOR: '0' }))).toBe(false);
});

test('the width is the terminal’s current one, or 80 if it is unknown', () => {
  const terminal = stream(true, 120);
  const screen = screenOn(terminal, {});
  expect(screen.columns()).toBe(120);
  terminal.columns = 40;
  expect(screen.columns()).toBe(40);
  expect(screenOn(stream(), {}).columns()).toBe(80);
  expect(screenOn(stream(true, 0), {}).columns()).toBe(80);
});

test('text is written to the stream unchanged', () => {
  const target = stream();
  screenOn(target, {}).write('a line\n');
  expect(String(target.read())).toBe('a line\n');
});
