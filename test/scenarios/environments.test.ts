import * as codePipeline from '@aws-sdk/client-codepipeline';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Control } from '../rig/control';
import { underLoad } from '../rig/load';
import { Project } from '../rig/project';
import { Runtime } from '../rig/runtime';
import { describeWithSandbox } from '../rig/sandbox';
import { until } from '../rig/until';

const minutes = 60_000;

const fleet = (min: number) => `fleet: { instanceType: 't4g.micro', min: ${min}, max: 4, batch: 1 }`;

/**
 * Environments with different strategies: a rolling update, a refresh with verification, and a refresh with approval
 * and alarms.
 */
const ENVIRONMENTS = `environments: [
    { name: 'dev', network: { cidr: '10.0.0.0/16' }, ${fleet(2)} },
    {
      name: 'qa',
      network: { cidr: '10.1.0.0/16' },
      ${fleet(2)},
      strategy: 'instance-refresh',
      verify: { path: '/', contains: 'version {version}', withinMinutes: 1 },
    },
    {
      name: 'prod',
      network: { cidr: '10.2.0.0/16' },
      ${fleet(1)},
      approval: { timeoutMinutes: 1440 },
      strategy: 'instance-refresh',
      alarms: { errorPercent: 5, watchMinutes: 4 },
    },
  ],`;

/** Half of prod's answers to people are errors, and none of its answers to health checks and tests. */
const SHAKY_IN_PROD = [
  'send(response, 200, greet(identity));',
  "send(response, identity.environment === 'prod' && Date.now() % 2 === 0 ? 500 : 200, greet(identity));",
] as const;

describeWithSandbox('an image on its way through three environments', () => {
  const project = new Project({ quickBuilds: true });
  const runtime = new Runtime(project);
  const control = new Control(project, runtime);

  const patch = (version: string | undefined) => Number(version?.split('.')[2]);

  const environment = async (name: string) => {
    const found = (await runtime.status()).environments.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`there is no environment ${name}`);
    return found;
  };
  const versions = async () => (await runtime.status()).environments.map(({ imageVersion }) => imageVersion);
  const greeting = async (name: string) => (await fetch((await environment(name)).url)).text();

  /** Resolves when prod's approval waits. */
  const waiting = () => runtime.line(/approve prod/);

  /** Pushes, approves at each approval, and resolves with the result of the run. */
  const deliver = async (message: string, answer: 'approve' | 'reject' = 'approve') => {
    await runtime.push(message);
    await waiting();
    await control.succeed(answer, 'prod', '--summary', `${answer}: ${message}`);
    return runtime.ended();
  };

  const client = async () => {
    const { endpoint, region, credentials } = await runtime.status();
    return new codePipeline.CodePipelineClient({ endpoint, region, credentials });
  };

  /** Puts something else in the place of the newest templates in the pipeline's bucket. */
  const replaceTemplates = async () => {
    const { endpoint, region, credentials } = await runtime.status();
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    const { pipeline } = await (await client()).send(new codePipeline.GetPipelineCommand({ name: 'greeter' }));
    const Bucket = pipeline?.artifactStore?.location;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    const [newest] = Contents.filter(({ Key }) => Key?.includes('/Templates/')).sort(
      (one, other) => Number(other.LastModified) - Number(one.LastModified),
    );
    await s3.send(new PutObjectCommand({ Bucket, Key: newest?.Key, Body: 'of another commit' }));
  };

  /** For every roll that succeeded: its stage, and whether the image is the one that its own execution has baked. */
  const rolls = async () => {
    const pipelineName = 'greeter';
    const pages = codePipeline.paginateListActionExecutions({ client: await client() }, { pipelineName });
    const details: codePipeline.ActionExecutionDetail[] = [];
    for await (const page of pages) details.push(...(page.actionExecutionDetails ?? []));
    const baked = new Map(
      details
        .filter(({ actionName, status }) => actionName === 'Image' && status === 'Succeeded')
        .map(({ pipelineExecutionId, output }) => [pipelineExecutionId, output?.outputVariables?.['ImageId']]),
    );
    return details
      .filter(({ actionName, status }) => actionName === 'Roll' && status === 'Succeeded')
      .map(({ pipelineExecutionId, stageName, input }) => {
        const parameters = JSON.parse(input?.resolvedConfiguration?.['ParameterOverrides'] ?? '{}');
        return {
          stageName,
          execution: pipelineExecutionId,
          image: parameters.ImageId,
          baked: baked.get(pipelineExecutionId),
        };
      });
  };

  /** Returns the deployments to an environment, the latest first. */
  const historyIn = async (
    name: string,
  ): Promise<{ version: string; commitId: string; rollback?: { from: string } }[]> =>
    JSON.parse(await control.succeed('history', name, '--json'));

  afterEach(() => project.repair());

  beforeAll(async () => {
    project.edit('infra/settings.ts', (text) => text.replace(/environments: \[[\s\S]*\n {2}\],/, ENVIRONMENTS));
    project.commit('Three environments');
    runtime.begin();
    await waiting();
    await control.succeed('approve', 'prod', '--summary', 'The first one');
    await runtime.succeeded();
  }, 5 * minutes);

  afterAll(async () => {
    await runtime.remove();
    project.remove();
  }, minutes);

  test('every environment serves the same image', async () => {
    expect(new Set(await versions()).size).toBe(1);
    for (const name of ['dev', 'qa', 'prod']) expect(await greeting(name)).toMatch(`from ${name}\nversion 1.0.`);
    for (const { image, baked } of await rolls()) expect(image).toBe(baked);
  });

  test(
    'under 200 requests/s on each, a commit passes all of them, with an approval between, and every request succeeds',
    async () => {
      const before = await versions();
      const under = (name: string, work: () => Promise<string>) => async () => {
        const { value, load } = await underLoad((await environment(name)).url, 200, work);
        expect({ name, ...load.failures }).toEqual({ name, non2xx: 0, errors: 0, timeouts: 0 });
        expect(load.requests).toBeGreaterThan(1000);
        return value;
      };
      const run = under(
        'dev',
        under(
          'qa',
          under('prod', () => deliver('Travel')),
        ),
      );
      expect(await run()).toBe('succeeded');
      expect((await versions()).map(patch)).toEqual(before.map((version) => patch(version) + 1));
    },
    5 * minutes,
  );

  test(
    'three commits pushed quickly: each environment gets the image of one execution, never a mixture (A12, A16)',
    async () => {
      const subjects = ['First of three', 'Second of three', 'Third of three'];
      for (const subject of subjects) await runtime.push(subject);
      await runtime.line(/Third of three/);
      // Every execution that waits for approval is approved, until the last one has ended.
      await until(async () => {
        const { latestExecution } = (await runtime.status()).pipelines[0] ?? {};
        if (latestExecution?.status !== 'InProgress') return true;
        if (/approve prod/.test(runtime.output)) {
          runtime.forget();
          await control.run('approve', 'prod');
        }
        return false;
      });
      expect(await greeting('prod')).toMatch(project.git('rev-parse', 'HEAD'));
      for (const { image, baked } of await rolls()) expect(image).toBe(baked);
      expect(new Set(await versions()).size).toBe(1);
    },
    5 * minutes,
  );

  test(
    'a rejected commit does not reach the environment, the run names the person and the reason, and a retry asks again (A20)',
    async () => {
      const before = await environment('prod');
      expect(await deliver('Not this one', 'reject')).toBe('failed');
      expect(await runtime.cause()).toMatch(/^approve-prod \/ Approval: .*reject: Not this one/);
      expect(await environment('prod')).toMatchObject({
        imageVersion: before.imageVersion,
        instances: before.instances,
      });

      runtime.forget();
      await control.succeed('retry');
      await waiting();
      await control.succeed('approve', 'prod', '--summary', 'On second thoughts');
      await runtime.line(/^execution \w+ succeeded/);
      expect(await versions()).toEqual(Array(3).fill((await environment('dev')).imageVersion));
    },
    4 * minutes,
  );

  test(
    'rollback returns an environment to its previous version without a bake, and the history shows it',
    async () => {
      const images = (await runtime.status()).images.length;
      const [now, before] = await historyIn('prod');
      const previous = { version: before?.version, commitId: before?.commitId };
      runtime.forget();
      await control.succeed('rollback', 'prod');
      expect(await runtime.ended()).toBe('succeeded');

      expect((await environment('prod')).imageVersion).toBe(previous.version);
      expect(await greeting('prod')).toMatch(`version ${previous.version}`);
      expect((await environment('qa')).imageVersion).toBe(now?.version);
      expect((await runtime.status()).images).toHaveLength(images);
      expect((await historyIn('prod'))[0]).toMatchObject({ ...previous, rollback: { from: now?.version } });

      runtime.forget();
      await control.succeed('rollback', 'prod', '--to', String(now?.version));
      expect(await runtime.ended()).toBe('succeeded');
      expect((await environment('prod')).imageVersion).toBe(now?.version);
    },
    4 * minutes,
  );

  test(
    'a commit with wrong answers is rolled back automatically, and goes no further',
    async () => {
      const before = await environment('qa');
      project.break('app-src/src/application.ts', (text) =>
        text.replace('`version $', "`${environment === 'qa' ? 'edition' : 'version'} $"),
      );
      await runtime.push('No version on the page');
      expect(await runtime.ended()).toBe('failed');
      const cause = await runtime.cause();
      expect(cause).toMatch(/^qa \/ Verify: .*version 1\.0\.\d+/);
      expect(await control.succeed('explain')).toContain(cause);
      expect(await runtime.rolledBack()).toBe('succeeded');
      expect((await environment('qa')).imageVersion).toBe(before.imageVersion);
      expect(await greeting('qa')).toMatch(`version ${before.imageVersion}`);
    },
    4 * minutes,
  );

  test(
    'with a refresh and alarms, errors roll the environment back; during the alarm, a rollback and a fix pass',
    async () => {
      const before = await environment('prod');
      project.break('app-src/src/application.ts', (text) => text.replace(...SHAKY_IN_PROD));
      await underLoad(before.url, 100, async () => {
        expect(await deliver('It answers, mostly')).toBe('failed');
        expect(await runtime.cause()).toMatch(/^prod \/ Verify: .*alarm greeter-prod-errors .*: Threshold Crossed/);
        expect(await runtime.rolledBack()).toBe('succeeded');
        expect((await environment('prod')).imageVersion).toBe(before.imageVersion);
        expect(patch((await environment('qa')).imageVersion)).toBeGreaterThan(patch(before.imageVersion));

        await control.succeed('rollback', 'prod', '--wait');
        expect(patch((await environment('prod')).imageVersion)).toBeLessThan(patch(before.imageVersion));

        project.repair();
        expect(await deliver('It answers everybody')).toBe('succeeded');
      });
      expect((await environment('prod')).imageVersion).toBe((await environment('dev')).imageVersion);
    },
    5 * minutes,
  );

  test(
    'the approved template is the deployed one: another one in its place is refused',
    async () => {
      const before = await environment('prod');
      await runtime.push('Greet, after an approval');
      await waiting();
      await replaceTemplates();
      await control.succeed('approve', 'prod');
      expect(await runtime.ended()).toBe('failed');
      expect(await runtime.cause()).toMatch(
        /^prod \/ Prepare: .*ArtifactReplaced: the artifact Templates of this execution was replaced after it was built/,
      );
      expect(await runtime.rolledBack()).toBe('succeeded');
      expect((await environment('prod')).imageVersion).toBe(before.imageVersion);
    },
    4 * minutes,
  );
});
