import { BuildLog } from '../../../../local/runtime/codebuild/build-log';
import { DrivenClock } from '../../../rig/driven-clock';

let written: string[][];
let log: BuildLog;

beforeEach(() => {
  written = [];
  const logs = { write: (_group: string, _stream: string, lines: string[]) => void written.push(lines) };
  log = new BuildLog({ clock: new DrivenClock(), logs, group: '/aws/codebuild/demo', stream: 'one' });
});

test('a line is written when it is complete, in however many pieces it arrives', () => {
  for (const piece of ['one ', 'line', '\nand ', 'another\n', 'the rest']) log.output(piece);
  expect(written.flat()).toEqual(['one line', 'and another']);
  expect(log.flush()).toEqual(['one line', 'and another', 'the rest']);
});

test('a line without an end is written in parts, and completely', () => {
  const piece = 'x'.repeat(64 * 1024);
  for (let count = 0; count < 100; count++) log.output(piece);
  expect(written.length).toBeGreaterThan(20);
  log.output('end\n');
  expect(written.flat().every((line) => line.length <= 256 * 1024)).toBe(true);
  expect(written.flat().join('')).toBe(`${piece.repeat(100)}end`);
});

test('a long line that arrives as a whole is written in parts', () => {
  log.output(`${'y'.repeat(600 * 1024)}\n`);
  expect(written.flat().map((line) => line.length / 1024)).toEqual([256, 256, 88]);
});

test('a command with much output is quoted with its last 20 lines', () => {
  log.begin();
  log.output(Array.from({ length: 5000 }, (_, line) => `line ${line}\n`).join(''));
  const last = log.flush();
  expect(last).toHaveLength(20);
  expect(last.at(-1)).toBe('line 4999');
});
