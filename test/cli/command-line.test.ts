import { TABLES } from '../../bin/commands';
import { readCommandLine } from '../../cli/command-line';
import { readRequest } from '../rig/command-line';

const textOf = (line: string) => {
  const read = readCommandLine(line === '' ? [] : line.split(' '), TABLES, '1.2.3');
  return read.kind === 'text' ? read.text : undefined;
};

const names = TABLES.flatMap(({ commands }) => Object.keys(commands));

test('arguments and options are read in any order', () => {
  expect(readRequest('rollback --to 1.0.6 dev --wait')).toEqual({
    command: 'rollback',
    given: { ENV: 'dev' },
    options: { to: '1.0.6', wait: true },
    place: { kind: 'aws' },
  });
  expect(readRequest('stop')).toEqual({ command: 'stop', given: {}, options: {}, place: { kind: 'aws' } });
  expect(readRequest(['approve', 'dev', '--summary=--fine--'])).toMatchObject({ options: { summary: '--fine--' } });
});

test('--local is the run of this project, and --state is a run whose state lies elsewhere', () => {
  expect(readRequest('approve --local dev').place).toEqual({ kind: 'local' });
  expect(readRequest('approve dev --state /tmp/run').place).toEqual({ kind: 'local', state: '/tmp/run' });
  expect(readRequest('approve dev --local --state=/tmp/run').place).toEqual({ kind: 'local', state: '/tmp/run' });
});

test('start and down act on this machine without an option', () => {
  expect(readRequest('start').place).toEqual({ kind: 'local' });
  expect(readRequest('down --state /tmp/run').place).toEqual({ kind: 'local', state: '/tmp/run' });
});

test.each([
  ['relase', 'unknown command "relase"\ndid you mean "release"?'],
  ['dance', 'unknown command "dance"\nsee npx server-pipeline --help'],
  ['rollback', 'missing argument ENV\nsee npx server-pipeline rollback --help'],
  ['rollback dev qa', 'unexpected argument "qa"\nsee npx server-pipeline rollback --help'],
  ['rollback dev --to', 'option "--to" needs a value\nsee npx server-pipeline rollback --help'],
  ['rollback dev --to=', 'option "--to" needs a value'],
  ['start --state --once', 'option "--state" needs a value'],
  ['rollback dev --wiat', 'unknown option "--wiat"\ndid you mean "--wait"?'],
  ['history --quick=3', 'unknown option "--quick"\nsee npx server-pipeline history --help'],
  ['rollback dev --wait=1', 'option "--wait" takes no value\nsee npx server-pipeline rollback --help'],
  ['rollback dev --local=/tmp/run', 'option "--local" takes no value\nuse --state /tmp/run'],
  ['completion tcsh', 'argument SHELL must be one of bash, zsh, fish, not "tcsh"'],
])('`%s` is refused with the mistake and a remedy', (line, message) => {
  expect(() => readRequest(line)).toThrow(message);
});

test('the help without a command lists every command, also when no words are given', () => {
  for (const name of names) expect(textOf('--help')).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  expect(textOf('')).toBe(textOf('help'));
  expect(textOf('--version')).toBe('1.2.3');
});

test.each(names)('the help of %s has its arguments, its options and an example', (name) => {
  const text = textOf(`${name} --help`) ?? '';
  const table = TABLES.find(({ commands }) => name in commands);
  const { arguments: takes = [], options = [] } = table?.commands[name] ?? {};
  for (const argument of takes) expect(text).toContain(`  ${argument.name} `);
  for (const option of options) expect(text).toContain(`  --${option}`);
  expect(text).toMatch(new RegExp(`Examples:\\n  npx server-pipeline ${name}\\b`));
  expect(textOf(`help ${name}`)).toBe(text);
});

test.each(names)('the examples of %s are command lines that are understood', (name) => {
  const examples = TABLES.flatMap(({ commands }) => commands[name]?.examples ?? []);
  expect(examples.length).toBeGreaterThan(0);
  for (const [words] of examples) {
    // A shell takes the quotes away.
    const line = [...(words.match(/"[^"]*"|\S+/g) ?? [])].map((word) => word.replaceAll('"', ''));
    expect(readRequest([name, ...line]).command).toBe(name);
  }
});
