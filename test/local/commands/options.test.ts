import { type Command, readOptions, usage } from '../../../local/commands/options';
import { UserMistake } from '../../../local/kernel/failure';

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
  ['an unknown command', ['stop'], 'stop: is no command — use one of start, status, down'],
  ['an unknown option', ['start', '--quick'], '--quick: is not known here — see npm start -- --help'],
  ['an option of another command', ['down', '--once'], '--once: is not known here — see npm run down -- --help'],
  ['a word too many', ['start', 'now'], 'now: is not known here — see npm start -- --help'],
  ['a missing value', ['status', '--state'], '--state: needs a value — see npm run status -- --help'],
  ['an option where a value belongs', ['start', '--state', '--once'], '--state: needs a value'],
  ['an empty value', ['start', '--state='], '--state: needs a value'],
  ['a value where none belongs', ['start', '--once=yes'], '--once: takes no value'],
  ['a port that is no number', ['start', '--port', 'x'], '--port x: is no whole number from 0 to 65535'],
  ['a port that is too high', ['start', '--port', '65536'], '--port 65536: is no whole number from 0 to 65535'],
  ['half a port', ['start', '--port', '1.5'], '--port 1.5: is no whole number from 0 to 65535'],
  ['an environment without --env', ['status', '--environment', 'a'], '--environment: says whose settings --env prints'],
  ['time that stands still', ['start', '--time-scale', '0'], '--time-scale 0: is no number from 0.01 to 10000'],
])('%s is refused by name', (_title, argv, message) => {
  expect(() => readOptions(argv)).toThrow(UserMistake);
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
