import { type Command, readOptions, usage } from '../../../local/commands/options';
import { WrongUse } from '../../../local/commands/wrong-use';

test('without anything it starts, sixty times as fast as AWS, on the usual port and state', () => {
  expect(readOptions([])).toEqual({
    command: 'start',
    env: false,
    environment: undefined,
    state: undefined,
    once: false,
    fresh: false,
    port: undefined,
    timeScale: 60,
    stableSeconds: 5,
    verbose: false,
    json: false,
    help: false,
  });
});

test('every option is read', () => {
  const asked = [
    '--once',
    '--fresh',
    '--verbose',
    '--state',
    'here',
    '--port=0',
    '--time-scale',
    '0.5',
    '--stable-seconds=0',
  ];
  expect(readOptions(['start', ...asked])).toMatchObject({
    once: true,
    fresh: true,
    verbose: true,
    state: 'here',
    port: 0,
    timeScale: 0.5,
    stableSeconds: 0,
  });
  expect(readOptions(['status', '--json', '--state=there'])).toMatchObject({ json: true, state: 'there' });
  expect(readOptions(['status', '--env', '--environment', 'qa'])).toMatchObject({ env: true, environment: 'qa' });
  expect(readOptions(['down', '--help'])).toMatchObject({ command: 'down', help: true });
});

test.each([
  ['an unknown command', ['stop'], 'unknown command "stop"\nuse one of start, status, down'],
  ['an unknown option', ['start', '--quick'], 'unknown option "--quick"\nsee npm start -- --help'],
  ['an option of another command', ['down', '--once'], 'unknown option "--once"\nsee npm run down -- --help'],
  ['an unexpected argument', ['start', 'now'], 'unexpected argument "now"\nsee npm start -- --help'],
  ['a missing value', ['status', '--state'], 'option "--state" needs a value\nsee npm run status -- --help'],
  ['an option instead of a value', ['start', '--state', '--once'], 'option "--state" needs a value'],
  ['an empty value', ['start', '--state='], 'option "--state" needs a value'],
  ['a value of an option that takes none', ['start', '--once=yes'], 'option "--once" takes no value'],
  ['a port that is no number', ['start', '--port', 'x'], '"--port" must be a whole number from 0 to 65535, not "x"'],
  ['a port that is too high', ['start', '--port', '65536'], 'must be a whole number from 0 to 65535, not "65536"'],
  ['a fraction of a port', ['start', '--port', '1.5'], 'must be a whole number from 0 to 65535, not "1.5"'],
  ['an environment without --env', ['status', '--environment', 'a'], 'option "--environment" needs --env'],
  ['a time scale of 0', ['start', '--time-scale', '0'], '"--time-scale" must be a number from 0.01 to 10000, not "0"'],
])('%s is refused with a message that names the mistake', (_title, argv, message) => {
  expect(() => readOptions(argv)).toThrow(WrongUse);
  expect(() => readOptions(argv)).toThrow(message);
});

test.each<[Command, string[]]>([
  [
    'start',
    ['--state DIR', '--once', '--fresh', '--port PORT', '--time-scale N', '--stable-seconds N', '--verbose', '--help'],
  ],
  ['status', ['--state DIR', '--json', '--env', '--environment NAME', '--help']],
  ['down', ['--state DIR', '--help']],
])('the help of %s lists its own options, each with a text', (command, options) => {
  const rows = usage(command)
    .split('\n')
    .filter((line) => line.startsWith('  --'));
  expect(rows.map((row) => row.trim().split(/ {2,}/)[0])).toEqual(options);
  expect(rows.every((row) => /\S {2,}\S/.test(row))).toBe(true);
});
