import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { Control } from '../rig/control';
import { Project } from '../rig/project';
import { Runtime } from '../rig/runtime';
import { describeWithSandbox } from '../rig/sandbox';
import { until } from '../rig/until';

const minutes = 60_000;

const ENVIRONMENTS = `environments: [
    {
      name: 'dev',
      network: { cidr: '10.0.0.0/16' },
      fleet: { instanceType: 't4g.micro', min: 1, max: 2, batch: 1 },
    },
    {
      name: 'prod',
      network: { cidr: '10.1.0.0/16' },
      fleet: { instanceType: 't4g.micro', min: 1, max: 2, batch: 1 },
      strategy: 'instance-refresh',
      approval: {},
    },
  ],`;

describeWithSandbox('a service that crashes again and again after its start', () => {
  const project = new Project({ quickBuilds: true });
  const runtime = new Runtime(project);
  const control = new Control(project, runtime);

  /** Resolves when prod's approval waits. */
  const waiting = () => runtime.line(/approve prod/);

  /** The image version that serves in each environment. */
  const served = async () =>
    (await runtime.status()).environments.map(({ name, imageVersion }) => [name, imageVersion]);

  /** On servers, not in the bake: there the service would be found out already. */
  const crashAfter = (milliseconds: number) =>
    project.break('app-src/src/server.ts', (text) =>
      text.replace(
        'application.ready();',
        `application.ready();
    if (identity.environment !== 'unknown')
      setTimeout(() => {
        console.error('Error: out of luck');
        process.exit(1);
      }, ${milliseconds});`,
      ),
    );

  const autoScaling = async () => {
    const { endpoint, region, credentials } = await runtime.status();
    return new AutoScalingClient({ endpoint, region, credentials });
  };
  const devGroup = async () => {
    const Filters = [{ Name: 'tag:aws:cloudformation:stack-name', Values: ['greeter-dev-fleet'] }];
    const { AutoScalingGroups } = await (await autoScaling()).send(new DescribeAutoScalingGroupsCommand({ Filters }));
    return AutoScalingGroups?.[0];
  };
  const inService = async () =>
    (await runtime.status()).environments[0]?.instances.filter(({ state }) => state === 'InService').length;

  /** Raises the group as a person does in a hurry, past the settings and the stack. */
  const raiseDev = async (servers: number) => {
    const AutoScalingGroupName = (await devGroup())?.AutoScalingGroupName;
    await (await autoScaling()).send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MaxSize: servers, DesiredCapacity: servers }),
    );
    await until(async () => (await inService()) === servers);
  };

  beforeAll(async () => {
    project.edit('infra/settings.ts', (text) => text.replace(/environments: \[.*\n {2}\],/s, ENVIRONMENTS));
    project.commit('Two environments');
    runtime.begin('--stable-seconds', '5');
    // Pasted as printed: it reaches this run, and sends no request to AWS.
    const [approve = ''] = /npx server-pipeline approve .*$/.exec(await waiting()) ?? [];
    expect(await runtime.paste(approve)).toMatch(/^approved/m);
    await runtime.succeeded();
  }, 5 * minutes);

  afterAll(async () => {
    await runtime.remove();
    project.remove();
  }, minutes);

  afterEach(() => project.repair());

  test(
    'after 4 s, at time scale 60: Verify detects it, the first stage is rolled back, and no other environment gets the version',
    async () => {
      const before = await served();
      crashAfter(4000);
      expect(await runtime.deliver('Crash after 4 s')).toBe('failed');
      expect(runtime.output).toMatch(/dev \/ Verify .*answered 200, and [\d.]+ s later it did not/);
      expect(await runtime.rolledBack()).toBe('succeeded');
      expect(runtime.output).not.toMatch(/prod \/ Roll/);
      expect(await served()).toEqual(before);
    },
    3 * minutes,
  );

  test(
    'after 20 s, at time scale 60: explain names it, prod is not entered in spite of an approval, rollback skips it',
    async () => {
      const [, prod] = await served();
      crashAfter(20_000);
      await runtime.push('Crash after 20 s, unseen');
      await waiting();
      const [dev] = await served();
      expect(dev).not.toEqual(['dev', prod?.[1]]);
      const ends = async () => (await runtime.status()).environments[0]?.serviceEnds ?? 0;
      await until(async () => (await ends()) >= 2);
      expect(await control.succeed('explain')).toMatch(
        /dev: 1\.0\.\d+ does not stay healthy: .*service ended \d+ times by itself/,
      );
      await control.succeed('approve', 'prod');
      await runtime.line(/^execution \w+ failed/);
      expect(runtime.output).not.toMatch(/prod \/ (Prepare|Roll)/);
      expect((await served())[1]).toEqual(prod);
      expect(await control.succeed('history', 'dev')).toMatch(
        /service ended \d+ times by itself: it did not stay healthy/,
      );
      expect(await control.succeed('explain')).toMatch(
        /prod \/ entry: GoodIn-dev: in dev, the service of 1\.0\.\d+ ended \d+ times by itself within the last hour/,
      );

      project.repair();
      await runtime.push('A good one again');
      await waiting();
      await control.succeed('approve', 'prod');
      expect(await runtime.ended()).toBe('succeeded');
      expect(await control.succeed('rollback', 'dev', '--wait')).toMatch(
        new RegExp(
          `passes over ${dev?.[1]}, which did not stay healthy[\\s\\S]*rolls dev back from \\S+ to ${prod?.[1]}`,
        ),
      );
    },
    5 * minutes,
  );

  // At time scale 1 the window is 30 s, and a bake takes minutes; ten times as fast, a window of 300 s is as long.
  test(
    'after 20 s, within a window of 30 real seconds: a FAILURE signal, the first stage is rolled back, and a raised fleet keeps its size',
    async () => {
      const [, prod] = await served();
      // The settings want at most two.
      await raiseDev(3);
      await runtime.end();
      project.break('infra/settings.ts', (text) =>
        text.replaceAll("name: 'dev',", "name: 'dev',\n      stableSeconds: 300,"),
      );
      crashAfter(20_000);
      project.commit('Crash after 20 s');
      expect(await runtime.start('--time-scale', '10')).toBe('failed');
      expect(runtime.output).toMatch(/dev \/ Roll .*Received 1 FAILURE signal/);
      expect(await runtime.rolledBack()).toBe('succeeded');
      // The rollback leaves the group as large as it had grown for the roll (F15), and never smaller.
      expect(await inService()).toBeGreaterThanOrEqual(3);
      expect((await devGroup())?.DesiredCapacity).toBeGreaterThanOrEqual(3);
      expect(runtime.output).not.toMatch(/prod \/ Roll/);
      // CodePipeline returns to the latest execution that was no rollback (A23): to prod's version.
      expect(await served()).toEqual([['dev', prod?.[1]], prod]);
    },
    5 * minutes,
  );
});
