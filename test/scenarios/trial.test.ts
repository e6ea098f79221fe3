import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalRuntime } from '../../local/compose';
import { SystemClock } from '../../local/kernel/clock';
import type { Entry } from '../aws/transcript';
import { emptyRuntime } from '../rig/deployed';
import { Project } from '../rig/project';

/** `npm run test:aws`, against the local endpoint instead of AWS. */
describe('the trial of a whole account', () => {
  const project = new Project({ quickBuilds: true });
  let runtime: LocalRuntime;
  let directory: string;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    ({ runtime, directory, remove } = await emptyRuntime(new SystemClock(60)));
  }, 60_000);

  afterAll(async () => {
    await remove();
    project.remove();
  });

  test('takes every step, writes down what happened, and leaves nothing', async () => {
    const file = join(directory, 'transcript.jsonl');
    const { accessKeyId, secretAccessKey } = runtime.administrator;
    const env = {
      ...{ PATH: process.env['PATH'], HOME: directory, NO_COLOR: '1', CI: '1', CDK_DISABLE_CLI_TELEMETRY: 'true' },
      ...{ AWS_ENDPOINT_URL: runtime.url, AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true' },
      ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    };
    const remote = runtime.codeCommit.cloneUrl('trial');
    const options = ['--yes', '--name', 'trial', '--remote', remote, '--every', '1', '--transcript', file];
    const command = ['--require', 'tsx/cjs', 'test/aws.ts', ...options];
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, command, { cwd: project.directory, env }, (error, stdout, stderr) =>
        resolve(`${error ? `ended with ${error.code}\n` : ''}${stdout}${stderr}`),
      );
    });
    expect(said).not.toContain('ended with');
    const entries = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry);
    const ends = entries.filter(({ event }) => event === 'done' || event === 'failed');
    const steps = ['preflight', 'bootstrap', 'deploy', 'first run', 'push', 'bad push', 'rollback', 'teardown'];
    expect(ends.map(({ step, event }) => [step, event])).toEqual(steps.map((step) => [step, 'done']));
    for (const secret of [secretAccessKey, new URL(remote).password, '000000000000']) {
      expect(readFileSync(file, 'utf8')).not.toContain(secret);
    }
    const stacks = runtime.stacks.queries.stacks().filter(({ deletedAt }) => deletedAt === undefined);
    expect(stacks.map(({ stackName }) => stackName)).toEqual(['CDKToolkit']);
    expect(runtime.ec2.images.list().filter(({ owner }) => owner === 'self')).toEqual([]);
    expect(runtime.imageBuilder.components.list()).toEqual([]);
    expect(runtime.parameters.value('/trial/image-version')).toBeUndefined();
  }, 300_000);
});
