import { startOptions } from '../../../local/commands/options';
import { readRequest } from '../../rig/command-line';

const read = (line: string) => startOptions(readRequest(line));

test('start runs sixty times as fast as AWS, on the usual port and state', () => {
  expect(read('start')).toEqual({
    state: undefined,
    once: false,
    fresh: false,
    port: undefined,
    buildNetwork: true,
    trustCommits: false,
    verbose: false,
    timeScale: 60,
    stableSeconds: 5,
  });
});

test('start reads every option', () => {
  const words =
    '--once --fresh --verbose --no-build-network --trust-commits --state here --port=0 --time-scale 0.5 --stable-seconds=0';
  expect(read(`start ${words}`)).toEqual({
    once: true,
    fresh: true,
    buildNetwork: false,
    trustCommits: true,
    verbose: true,
    state: 'here',
    port: 0,
    timeScale: 0.5,
    stableSeconds: 0,
  });
});

test.each([
  ['--port x', '"--port" must be a whole number from 0 to 65535, not "x"'],
  ['--port 65536', 'must be a whole number from 0 to 65535, not "65536"'],
  ['--port 1.5', 'must be a whole number from 0 to 65535, not "1.5"'],
  ['--time-scale 0', '"--time-scale" must be a number from 0.01 to 10000, not "0"'],
  ['--stable-seconds 61', '"--stable-seconds" must be a number from 0 to 60, not "61"'],
])('start refuses %s with the range of possible values', (words, message) => {
  expect(() => read(`start ${words}`)).toThrow(message);
});
