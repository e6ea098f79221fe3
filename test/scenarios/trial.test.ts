import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock } from '../../local/kernel/clock';
import type { Entry } from '../aws/transcript';
import { clientEnvironment, type Deployed, emptyRuntime } from '../rig/deployed';
import { Project } from '../rig/project';

/** `npm run test:aws`, against the local endpoint instead of AWS. */
describe('the trial of a whole account', () => {
  const project = new Project({ quickBuilds: true, linked: ['node_modules', 'test'] });
  let account: Deployed;

  beforeAll(async () => {
    account = await emptyRuntime(new SystemClock(60));
  }, 60_000);

  afterAll(async () => {
    await account.remove();
    project.remove();
  });

  /** Returns its complete output, after a line with its exit code if that is not 0. */
  function trial(options: readonly string[]): Promise<string> {
    const command = ['--require', 'tsx/cjs', 'test/aws.ts', ...options];
    const where = { cwd: project.directory, env: clientEnvironment(account) };
    return new Promise((resolve) => {
      execFile(process.execPath, command, where, (error, stdout, stderr) =>
        resolve(`${error ? `ended with ${error.code}\n` : ''}${stdout}${stderr}`),
      );
    });
  }

  test('does not start if it could exceed its cost limit', async () => {
    expect(await trial(['--yes', '--dollars', '1'])).toBe(
      'ended with 2\nerror: 240 minutes may cost 3.65 dollars: raise --dollars, or lower --minutes\n',
    );
    expect(account.runtime.stacks.queries.stacks()).toEqual([]);
  });

  test('runs every step, records it, and leaves nothing', async () => {
    const file = join(account.directory, 'transcript.jsonl');
    const remote = account.runtime.codeCommit.cloneUrl('trial');
    const options = ['--yes', '--name', 'trial', '--remote', remote, '--every', '1', '--transcript', file];
    expect(await trial(options)).not.toContain('ended with');
    const entries = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry);
    const ends = entries.filter(({ event }) => event === 'done' || event === 'failed');
    const steps = ['preflight', 'bootstrap', 'deploy', 'first run', 'push', 'bad push', 'rollback', 'teardown'];
    expect(ends.map(({ step, event }) => [step, event])).toEqual(steps.map((step) => [step, 'done']));
    for (const secret of [account.runtime.administrator.secretAccessKey, new URL(remote).password, '000000000000']) {
      expect(readFileSync(file, 'utf8')).not.toContain(secret);
    }
    const stacks = account.runtime.stacks.queries.stacks().filter(({ deletedAt }) => deletedAt === undefined);
    expect(stacks.map(({ stackName }) => stackName)).toEqual(['CDKToolkit']);
    expect(account.runtime.ec2.images.list().filter(({ owner }) => owner === 'self')).toEqual([]);
    expect(account.runtime.imageBuilder.components.list()).toEqual([]);
    expect(account.runtime.parameters.value('/trial/image-version')).toBeUndefined();
  }, 300_000);
});
