import { execFile } from 'node:child_process';
import { SystemClock } from '../../local/kernel/clock';
import { clientEnvironment, type Deployed, emptyRuntime } from '../rig/deployed';
import { Project } from '../rig/project';

const STACKS = ['greeter-repository', 'greeter-dev-environment', 'greeter-pipeline'];

/** The command lines of the README, in its order, against an account that is empty. */
describe('the CDK CLI as a client of the local run', () => {
  const project = new Project();
  let account: Deployed;

  beforeAll(async () => {
    account = await emptyRuntime(new SystemClock(60));
  }, 60_000);

  afterAll(async () => {
    await account.remove();
    project.remove();
  });

  /** Returns its output, without colours. Rejects with it if the command fails. */
  function node(...command: string[]): Promise<string> {
    const env = clientEnvironment(account);
    return new Promise((resolve, reject) => {
      execFile(process.execPath, command, { cwd: project.directory, env }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${command.join(' ')}\n${stdout}${stderr}`));
        else resolve(stdout + stderr);
      });
    });
  }

  const cdk = (...args: string[]) => node('node_modules/aws-cdk/bin/cdk', ...args, '--no-notices');
  const preflight = () => node('bin/server-pipeline.js', 'preflight');

  const statuses = () => STACKS.map((name) => account.runtime.stacks.describe(name)?.status);

  test('preflight reports a missing bootstrap, and nothing else', async () => {
    const said = await preflight().catch((error: Error) => error.message);
    expect(said).toContain('→ npx cdk bootstrap aws://000000000000/eu-west-1');
    expect(said).toContain('\n1 problem, 0 warnings, 0 could not be checked');
  }, 60_000);

  test('bootstrap prepares the account, and deploy uses its roles', async () => {
    expect(await cdk('bootstrap')).toContain('Environment aws://000000000000/eu-west-1 bootstrapped.');
    expect(await cdk('bootstrap')).toContain('bootstrapped (no changes).');
    expect(await preflight()).toContain('stacks and names  3 will be created, and no name is taken');
    await cdk('deploy', '--all', '--require-approval', 'never');
    expect(statuses()).toEqual(STACKS.map(() => 'CREATE_COMPLETE'));
    expect(await preflight()).toMatch(/3 stacks are deployed[\s\S]*\n0 problems, 0 warnings, 0 could not be checked/);
    const role = account.runtime.iam.roles.get('cdk-hnb659fds-cfn-exec-role-000000000000-eu-west-1');
    const { queries } = account.runtime.stacks;
    expect(queries.stack('greeter-pipeline').roleArn).toBe(role.arn);
  }, 90_000);

  test('diff shows a changed setting with its effects, from a change set, and changes nothing', async () => {
    expect(await cdk('diff')).toMatch(/Number of stacks with differences: 0/);
    project.edit('infra/settings.ts', (text) => text.replace("version: '1.0'", "version: '1.1'"));
    const diff = await cdk('diff');
    expect(diff).toContain('create a read-only change set');
    expect(diff).toMatch(/\[-\] 1\.0\s[\s\S]*\[\+\] 1\.1\s/);
    expect(diff).toMatch(/Number of stacks with differences: 1/);
    expect(account.runtime.stacks.queries.changeSets('greeter-pipeline')).toEqual([]);
    await cdk('deploy', '--all', '--require-approval', 'never');
    expect(statuses()).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE', 'UPDATE_COMPLETE']);
  }, 90_000);

  test('destroy removes the deployment, except retained resources', async () => {
    await cdk('destroy', '--all', '--force');
    expect(statuses()).toEqual(STACKS.map(() => undefined));
    expect(account.runtime.parameters.value('/greeter/image-version')).toBe('none yet');
    expect(account.runtime.codeCommit.getRepository('greeter').repositoryName).toBe('greeter');
    const said = await preflight().catch((error: Error) => error.message);
    for (const kept of ['repository greeter', 'parameter /greeter/image-version']) {
      expect(said).toContain(`the ${kept} exists, and the stack`);
    }
    expect(said).toContain('\n2 problems, 0 warnings, 0 could not be checked');
  }, 90_000);
});
