import { COMMANDS, type CommandName } from '../../console/command-table';
import { overview, readRequest, usage } from '../../console/options';
import { root } from '../rig/source';

const commands = Object.keys(COMMANDS) as CommandName[];
const read = (line: string) => readRequest(line.split(' '));

test('arguments and options are read, wherever they stand', () => {
  expect(read('rollback --to 1.0.6 dev --wait')).toEqual({
    command: 'rollback',
    given: { ENV: 'dev' },
    options: { to: '1.0.6', wait: true },
  });
  expect(read('stop')).toEqual({ command: 'stop', given: {}, options: {} });
});

test('--local alone means this project’s state, and takes another only when joined to it', () => {
  expect(read('approve --local dev')).toMatchObject({ given: { ENV: 'dev' }, options: { local: '' } });
  expect(read('approve dev --local=/tmp/state')).toMatchObject({ options: { local: '/tmp/state' } });
});

const WRONG: readonly [string, string][] = [
  ['dance', 'unknown command "dance"\nuse one of release, stop, retry'],
  ['rollback', 'missing argument ENV\nusage: npm run rollback -- ENV [options]'],
  ['rollback dev qa', 'unexpected argument "qa"\nusage: npm run rollback -- ENV [options]'],
  ['rollback dev --to', 'option "--to" needs a value'],
  ['rollback dev --to=', 'option "--to" needs a value'],
  ['rollback dev --fast', 'unknown option "--fast"\nsee npm run rollback -- --help'],
  ['rollback dev --wait=1', 'option "--wait" takes no value'],
  ['history --to 1.0.1', 'unknown option "--to"'],
];

test.each(WRONG)('`%s` is refused with a message that names the mistake', (line, message) => {
  expect(() => read(line)).toThrow(message);
});

test('help without a command has a line for each', () => {
  for (const command of Object.keys(COMMANDS)) expect(overview()).toMatch(new RegExp(`^  npm run ${command} `, 'm'));
});

test('one table drives help and parsing', () => {
  for (const command of commands) {
    const text = usage(command);
    for (const name of COMMANDS[command].options ?? []) expect(text).toContain(`--${name}`);
    for (const { name } of COMMANDS[command].takes ?? []) expect(text).toContain(name);
    expect(read(`${command} --help`)).toMatchObject({ options: { help: true } });
  }
  expect(usage('capacity')).toContain('another account or region');
});

test('every command is a script of the package', async () => {
  const { scripts } = (await import(`${root}/package.json`)) as { scripts: Record<string, string> };
  for (const command of commands) expect(scripts[command]).toBe(`node --require tsx/cjs console/main.ts ${command}`);
});
