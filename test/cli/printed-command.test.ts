import { execFileSync } from 'node:child_process';
import { deployCommand, printedCommand } from '../../cli/printed-command';
import { targetOf } from '../../console/command';
import { confirmOnAws } from '../../console/confirm';
import { readConsoleRequest } from '../rig/command-line';

const printed = (line: string, environment: NodeJS.ProcessEnv = {}) =>
  printedCommand(targetOf(readConsoleRequest(line)), ['approve', 'prod'], environment);

const SOMEWHERE_ELSE = { AWS_PROFILE: 'production', AWS_REGION: 'us-gov-west-1' };

test('a command printed for a run on this machine selects that run, also in a terminal with settings for AWS', () => {
  expect(printed('release --local', SOMEWHERE_ELSE)).toBe('npx server-pipeline approve prod --local');
  expect(printed('release --state /tmp/run', SOMEWHERE_ELSE)).toBe('npx server-pipeline approve prod --state /tmp/run');
});

test('a command printed for AWS carries the profile, the region and the pipeline', () => {
  expect(printed('release --pipeline greeter', SOMEWHERE_ELSE)).toBe(
    'AWS_PROFILE=production AWS_REGION=us-gov-west-1 npx server-pipeline approve prod --pipeline greeter',
  );
});

test('the printed deploy command acts on the same place as the run', () => {
  const deploy = (line: string) => deployCommand(readConsoleRequest(line).place, SOMEWHERE_ELSE);
  expect(deploy('release')).toBe('AWS_PROFILE=production AWS_REGION=us-gov-west-1 npx cdk deploy --all');
  expect(deploy('release --local')).toBe('eval "$(npx server-pipeline status --env --local)" && npx cdk deploy --all');
  expect(deploy('release --state /tmp/run')).toBe(
    'eval "$(npx server-pipeline status --env --state /tmp/run)" && npx cdk deploy --all',
  );
});

test('keys are never printed', () => {
  expect(printed('release', { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' })).toBe(
    'npx server-pipeline approve prod',
  );
});

test('a shell reads quoted words back unchanged', () => {
  const profile = "it's; mine $HOME";
  const command = printed('release', { AWS_PROFILE: profile }).replace(
    /npx server-pipeline .*/,
    'printenv AWS_PROFILE',
  );
  expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(`${profile}\n`);
});

describe('a person at a terminal', () => {
  const place = async () => ({ account: '111111111111', region: 'eu-west-1' });
  const confirm = async (answer: string) => {
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return answer;
    };
    const pipeline = async () => ({ name: 'greeter', place }) as never;
    const context = { request: readConsoleRequest('rollback prod'), pipeline, say: () => undefined };
    await confirmOnAws(context, { interactive: true, ask });
    return questions;
  };

  test('is asked with account, region and pipeline before AWS is changed', async () => {
    const question = 'rollback changes pipeline greeter in account 111111111111, region eu-west-1. Go on? [y/N] ';
    expect(await confirm('y')).toEqual([question]);
  });

  test.each(['', 'n', 'no', 'yesterday'])('stops the command with the answer "%s"', async (answer) => {
    await expect(confirm(answer)).rejects.toThrow('nothing was changed');
  });
});
