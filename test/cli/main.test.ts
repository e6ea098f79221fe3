import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeAws, Refusal } from '../lambdas/fake-aws';
import { root } from '../rig/source';

// Each test starts processes of its own.
jest.setTimeout(90_000);

/** Environment without any AWS setting of this machine, and without a metadata service. */
const NO_AWS = { HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', NO_COLOR: '1' };

async function serverPipeline(line: string, environment: Readonly<Record<string, string>> = {}) {
  const args = [join(root, 'bin/server-pipeline.js'), ...line.split(' ')];
  const env = { PATH: process.env['PATH'], ...NO_AWS, ...environment };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

const KEYS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' };

test('help goes to standard output and calls no service', async () => {
  expect(await serverPipeline('rollback --help')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Usage: npx server-pipeline rollback \[options\] <ENV>\n/),
    err: '',
  });
});

test('wrong use exits with 2, and prints the mistake and the remedy', async () => {
  expect(await serverPipeline('rollback')).toEqual({
    code: 2,
    out: '',
    err: 'error: missing argument ENV\nsee npx server-pipeline rollback --help\n',
  });
});

test('missing credentials, a missing region and an unreachable endpoint are reported with the setting to give', async () => {
  const [credentials, region, nobody] = await Promise.all([
    serverPipeline('release', { AWS_REGION: 'eu-west-1' }),
    serverPipeline('release', { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' }),
    serverPipeline('release', { ...KEYS, AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' }),
  ]);
  expect(credentials).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^error: there are no AWS credentials: set AWS_PROFILE.*\n$/),
  });
  expect(region).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^error: there is no AWS region: set AWS_REGION.*\n$/),
  });
  expect(nobody).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^error: nothing answers ListPipelines: .*127.0.0.1:9\n$/),
  });
});

test('--local without a run says how to start one', async () => {
  const state = mkdtempSync(join(tmpdir(), 'state-'));
  const { code, err } = await serverPipeline(`history --state ${state}`);
  rmSync(state, { recursive: true });
  expect({ code, err }).toEqual({
    code: 1,
    err: `error: nothing runs on the state in ${state}\nnpm start -- --state ${state} starts it\n`,
  });
});

const NO_SUCH_PIPELINE = "Account '1' does not have a pipeline with name 'greter'.";

describe('the command against a service', () => {
  const pipelines = [{ name: 'greeter' }];
  let state: object | Error = {};
  const aws = new FakeAws({
    ListPipelines: () => ({ pipelines }),
    GetPipeline: ({ name }) => {
      if (name !== 'greeter') throw new Refusal('PipelineNotFoundException', NO_SUCH_PIPELINE);
      return { metadata: { pipelineArn: 'arn:aws:codepipeline:eu-west-1:111111111111:greeter' } };
    },
    StartPipelineExecution: () => ({ pipelineExecutionId: '11111111-1111-4111-8111-111111111111' }),
    GetPipelineState: () => {
      if (state instanceof Error) throw state;
      return state;
    },
  });
  let environment: Record<string, string>;

  beforeAll(async () => {
    const before = { ...process.env };
    await aws.start();
    environment = { ...KEYS, AWS_ENDPOINT_URL: process.env['AWS_ENDPOINT_URL'] ?? '' };
    process.env = before;
  });
  afterAll(() => aws.stop());

  test('a program reads one JSON value and nothing else', async () => {
    const { code, out, err } = await serverPipeline('release --json --yes', environment);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toEqual({ pipeline: 'greeter', executionId: '11111111-1111-4111-8111-111111111111' });
  });

  test('a command that changes AWS names the pipeline, account and region, and changes nothing without confirmation', async () => {
    const before = aws.calls.length;
    expect(await serverPipeline('release', environment)).toEqual({
      code: 2,
      out: '',
      err:
        'error: release changes pipeline greeter in account 111111111111, region eu-west-1: ' +
        'give --yes, or run it in a terminal, which asks first\n',
    });
    expect(aws.calls.slice(before).map(({ operation }) => operation)).not.toContain('StartPipelineExecution');
    expect(await serverPipeline('release --yes', environment)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^release: pipeline greeter in account 111111111111, region eu-west-1\n/),
    });
  });

  test('the option --pipeline is required if there are several pipelines', async () => {
    pipelines.push({ name: 'other' });
    const answer = await serverPipeline('release', environment);
    pipelines.pop();
    expect(answer).toMatchObject({
      code: 2,
      err: 'error: missing option "--pipeline"\nthe account has greeter, other\n',
    });
  });

  test('an unknown pipeline and a denied request are reported in one line', async () => {
    expect(await serverPipeline('retry --pipeline greter', environment)).toMatchObject({
      code: 1,
      err: "error: Account '1' does not have a pipeline with name 'greter'; there is greeter\n",
    });
    const me = 'User: arn:aws:iam::1:user/me is not authorized to perform: codepipeline:GetPipelineState';
    state = new Refusal('AccessDeniedException', me);
    expect(await serverPipeline('retry --yes', environment)).toMatchObject({
      code: 1,
      err: `error: access denied to GetPipelineState: ${me}\n`,
    });
  });
});
