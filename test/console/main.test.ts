import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeAws, Refusal } from '../lambdas/fake-aws';
import { root } from '../rig/source';

// Each test starts processes of its own.
jest.setTimeout(90_000);

/** Nothing of this machine's settings for AWS, and no metadata service to ask. */
const NO_AWS = { HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', NO_COLOR: '1' };

async function npmRun(line: string, environment: Readonly<Record<string, string>> = {}) {
  const args = ['--import', 'tsx', join(root, 'console/main.ts'), ...line.split(' ')];
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

test('help goes to standard output and asks nobody', async () => {
  expect(await npmRun('rollback --help')).toMatchObject({
    code: 0,
    out: expect.stringContaining('usage: npm run rollback -- ENV [options]'),
    err: '',
  });
});

test('wrong use exits 2, in one line', async () => {
  expect(await npmRun('rollback')).toEqual({
    code: 2,
    out: '',
    err: 'error: ENV is missing: npm run rollback -- ENV [options]\n',
  });
});

test('without credentials, region or anybody who answers it says what to give', async () => {
  const [credentials, region, nobody] = await Promise.all([
    npmRun('release', { AWS_REGION: 'eu-west-1' }),
    npmRun('release', { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' }),
    npmRun('release', { ...KEYS, AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' }),
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
  const { code, err } = await npmRun(`history --local=${state}`);
  rmSync(state, { recursive: true });
  expect({ code, err }).toEqual({ code: 1, err: `error: --local=${state}: nothing runs there; npm start starts it\n` });
});

describe('against a service', () => {
  const pipelines = [{ name: 'greeter' }];
  let state: object | Error = {};
  const aws = new FakeAws({
    ListPipelines: () => ({ pipelines }),
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
    const { code, out, err } = await npmRun('release --json', environment);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toEqual({ pipeline: 'greeter', executionId: '11111111-1111-4111-8111-111111111111' });
  });

  test('with several pipelines the one that is meant has to be named', async () => {
    pipelines.push({ name: 'other' });
    const answer = await npmRun('release', environment);
    pipelines.pop();
    expect(answer).toMatchObject({ code: 2, err: 'error: --pipeline is needed: greeter, other\n' });
  });

  test('an unknown pipeline, and what may not be asked, are told in one line', async () => {
    state = new Refusal('PipelineNotFoundException', "Account '1' does not have a pipeline with name 'greter'.");
    expect(await npmRun('retry --pipeline greter', environment)).toMatchObject({
      code: 1,
      err: "error: Account '1' does not have a pipeline with name 'greter'; there is greeter\n",
    });
    const me = 'User: arn:aws:iam::1:user/me is not authorized to perform: codepipeline:GetPipelineState';
    state = new Refusal('AccessDeniedException', me);
    expect(await npmRun('retry', environment)).toMatchObject({
      code: 1,
      err: `error: access denied to GetPipelineState: ${me}\n`,
    });
  });
});
