import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Assembly, AssemblyStack } from '../../../local/assembly/assembly';
import { bootstrap } from '../../../local/commands/bootstrap';
import { deployAssembly } from '../../../local/commands/deploy';
import { compose, type LocalRuntime } from '../../../local/composition/compose';
import { SystemClock } from '../../../local/kernel/clock';
import { EventBus } from '../../../local/kernel/events';
import { readZip } from '../../../local/kernel/zip';
import { Progress } from '../../../local/terminal/progress';
import { FakeScreen } from '../../rig/screen';
import { stack } from './assembly-stack';

const ASSETS = 'cdk-hnb659fds-assets-000000000000-eu-west-1';

let directory: string;
let runtime: LocalRuntime;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'deploy-'));
  const clock = new SystemClock(1000);
  runtime = await compose({ directory: join(directory, 'state'), port: 0, clock, bus: new EventBus(clock) });
});
afterAll(async () => {
  await runtime.stop();
  rmSync(directory, { recursive: true });
});

/** Deploys the stacks; gives what a person sees, without durations. Fails as the deployment does. */
async function deploy(...stacks: AssemblyStack[]): Promise<string[]> {
  const assembly: Assembly = { directory, stacks, stages: [] };
  const screen = new FakeScreen(false);
  const progress = new Progress({ screen, clock: runtime.clock, verbose: false, place: { kind: 'local' } });
  try {
    await deployAssembly(runtime, assembly, { progress });
    return screen.shown.map((line) => line.replace(/ +[\d.]+ m?s /, ''));
  } finally {
    progress.close();
  }
}

test('bootstrapping creates the CDK CLI’s stack, with its bucket, version and roles; it is idempotent', async () => {
  await bootstrap(runtime, runtime.scope.account);
  await bootstrap(runtime, runtime.scope.account);
  expect(runtime.stacks.describe('CDKToolkit')).toMatchObject({ status: 'CREATE_COMPLETE' });
  const execution = runtime.iam.roles.get('cdk-hnb659fds-cfn-exec-role-000000000000-eu-west-1');
  expect(execution).toMatchObject({ attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
  expect(execution.trust).toContain('cloudformation.amazonaws.com');
  expect(runtime.s3.buckets.has(ASSETS)).toBe(true);
  expect(Number(runtime.parameters.value('/cdk-bootstrap/hnb659fds/version'))).toBeGreaterThanOrEqual(30);
  expect(runtime.parameters.history('/cdk-bootstrap/hnb659fds/version')).toHaveLength(1);
});

test('stacks are created, left unchanged, and updated', async () => {
  expect(await deploy(stack('one', { A: '1' }), stack('two', { A: '1' }))).toEqual([
    '  one …',
    '  ✔ one CREATE_COMPLETE',
    '  two …',
    '  ✔ two CREATE_COMPLETE',
  ]);
  expect((await deploy(stack('one', { A: '1' })))[1]).toBe('  ✔ one no changes');
  expect((await deploy(stack('one', { A: '2' })))[1]).toBe('  ✔ one UPDATE_COMPLETE');
  expect(runtime.parameters.value('/one/A')).toBe('2');
});

test('a stack goes to its account and region, and its assets to a bucket there', async () => {
  const environment = { account: '111111111111', region: 'us-east-2' };
  writeFileSync(join(directory, 'note.txt'), 'a note');
  const asset = { bucketName: `cdk-hnb659fds-assets-\${AWS::AccountId}-\${AWS::Region}`, objectKey: 'note.txt' };
  const assets = [{ id: 'note', sourcePath: join(directory, 'note.txt'), packaging: 'file' as const, ...asset }];
  expect(await deploy(stack('far', { A: '1' }, { environment, assets }))).toEqual([
    '  far (111111111111/us-east-2) …',
    '  ✔ far (111111111111/us-east-2) CREATE_COMPLETE',
  ]);
  const there = runtime.in(environment);
  const { trust } = there.iam.roles.get('cdk-hnb659fds-deploy-role-111111111111-us-east-2');
  expect(trust).toContain('"AWS":"111111111111"');
  expect(trust).toContain('"AWS":["000000000000"]');
  expect(there.parameters.value('/far/A')).toBe('1');
  expect(there.stacks.describe('far')?.stackId).toMatch(/^arn:aws:cloudformation:us-east-2:111111111111:stack\/far\//);
  expect(there.s3.read('cdk-hnb659fds-assets-111111111111-us-east-2', 'note.txt').toString()).toBe('a note');
  expect(runtime.stacks.describe('far')).toBeUndefined();
  expect(runtime.parameters.value('/far/A')).toBeUndefined();
});

test('the parameters and tags of the assembly are passed on', async () => {
  const templateBody = JSON.stringify({
    Parameters: { Greeting: { Type: 'String' } },
    Resources: {
      A: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/a', Type: 'String', Value: { Ref: 'Greeting' } } },
    },
  });
  await deploy(stack('told', {}, { templateBody, parameters: { Greeting: 'Hello' }, tags: { team: 'blue' } }));
  expect(runtime.parameters.value('/a')).toBe('Hello');
  const { queries } = runtime.stacks;
  expect(queries.deployment(queries.stack('told'))?.tags).toEqual({ team: 'blue' });
});

test('assets are uploaded before the stack, files as they are and directories as a zip, once each', async () => {
  await bootstrap(runtime, runtime.scope.account);
  mkdirSync(join(directory, 'code'));
  writeFileSync(join(directory, 'code/index.js'), 'exports.handler = 1');
  writeFileSync(join(directory, 'document.yml'), 'a: 1');
  const place = { bucketName: `cdk-hnb659fds-assets-\${AWS::AccountId}-\${AWS::Region}` };
  const assets = [
    { id: 'code', sourcePath: join(directory, 'code'), packaging: 'zip' as const, objectKey: 'code.zip', ...place },
    {
      id: 'text',
      sourcePath: join(directory, 'document.yml'),
      packaging: 'file' as const,
      objectKey: 'd.yml',
      ...place,
    },
  ];
  await deploy(stack('assets', { A: '1' }, { assets }));
  expect(runtime.s3.read(ASSETS, 'd.yml').toString()).toBe('a: 1');
  expect(readZip(runtime.s3.read(ASSETS, 'code.zip')).map(({ path }) => path)).toEqual(['index.js']);

  writeFileSync(join(directory, 'document.yml'), 'never read again: its name is the hash of what it was');
  await deploy(stack('assets', { A: '1' }, { assets }));
  expect(runtime.s3.read(ASSETS, 'd.yml').toString()).toBe('a: 1');
});

test('a failed creation is reported with its first cause, and the next deployment creates the stack again (E2)', async () => {
  runtime.parameters.put({ name: '/failed/B', value: 'mine', type: 'String', by: runtime.principal.arn });
  const failing = stack('failed', { A: '1', B: '1' });
  await expect(deploy(failing, stack('after', { A: '1' }))).rejects.toThrow(
    /^failed: ROLLBACK_COMPLETE: B: The parameter already exists/,
  );
  expect(runtime.stacks.describe('after')).toBeUndefined();
  expect(runtime.parameters.value('/failed/A')).toBeUndefined();

  expect((await deploy(stack('failed', { A: '1' })))[1]).toBe('  ✔ failed CREATE_COMPLETE');
  expect(runtime.parameters.value('/failed/B')).toBe('mine');
});

test('a failed update is reported with its first cause, and the stack keeps its state', async () => {
  await deploy(stack('updated', { A: '1' }));
  runtime.parameters.put({ name: '/updated/B', value: 'mine', type: 'String', by: runtime.principal.arn });
  const failed = expect(deploy(stack('updated', { A: '2', B: '1' }))).rejects;
  await failed.toThrow(/^updated: UPDATE_ROLLBACK_COMPLETE: B: /);
  expect(runtime.parameters.value('/updated/A')).toBe('1');
});

test('a refused template is reported with CloudFormation’s message', async () => {
  const templateBody = JSON.stringify({ Resources: { A: { Type: 'AWS::Nothing::AtAll' } } });
  await expect(deploy(stack('refused', {}, { templateBody }))).rejects.toThrow('AWS::Nothing::AtAll');
});
