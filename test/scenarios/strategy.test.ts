import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeLifecycleHooksCommand,
} from '@aws-sdk/client-auto-scaling';
import { underLoad } from '../rig/load';
import { Project } from '../rig/project';
import { Runtime } from '../rig/runtime';
import { describeWithSandbox } from '../rig/sandbox';

const minutes = 60_000;

/** A push may change the strategy: its own roll uses the new one already. */
describeWithSandbox('a fleet whose strategy changes while it serves', () => {
  const project = new Project({ quickBuilds: true });
  const runtime = new Runtime(project);

  const dev = async () => {
    const [environment] = (await runtime.status()).environments;
    if (!environment) throw new Error('there is no environment');
    return environment;
  };

  /** The hooks of the group, and the ends of its instance refreshes, the latest first. */
  const group = async () => {
    const { endpoint, region, credentials } = await runtime.status();
    const autoScaling = new AutoScalingClient({ endpoint, region, credentials });
    const { AutoScalingGroups } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
    const AutoScalingGroupName = AutoScalingGroups?.[0]?.AutoScalingGroupName;
    const { LifecycleHooks = [] } = await autoScaling.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName }));
    const refreshes = await autoScaling.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName }));
    return {
      hooks: LifecycleHooks.map(({ LifecycleHookName }) => LifecycleHookName),
      refreshes: refreshes.InstanceRefreshes?.map(({ Status }) => Status),
    };
  };

  const useStrategy = (strategy: 'rolling' | 'instance-refresh') =>
    project.break('infra/settings.ts', (text) =>
      text.replace(/name: 'dev',/, `name: 'dev',\n      strategy: '${strategy}',`),
    );

  const hateDev = () => project.breakIn('dev', "throw new Error('not in dev')");

  /** None fewer than before; one that was added for a roll that failed may stay (F15). */
  const serversStay = async () =>
    expect((await dev()).instances.filter(({ state }) => state === 'InService').length).toBeGreaterThanOrEqual(2);
  const servesHead = async () =>
    expect(await (await fetch((await dev()).url)).text()).toMatch(project.git('rev-parse', 'HEAD'));

  beforeAll(async () => {
    expect(await runtime.start()).toBe('succeeded');
    expect(await group()).toEqual({ hooks: [], refreshes: [] });
  }, 3 * minutes);

  afterAll(async () => {
    await runtime.remove();
    project.remove();
  }, minutes);

  test(
    'from signals to an instance refresh: a version that cannot serve is rolled back by signals, the next succeeds',
    async () => {
      const { load } = await underLoad((await dev()).url, 100, async () => {
        useStrategy('instance-refresh');
        hateDev();
        expect(await runtime.deliver('Refresh to what cannot serve')).toBe('failed');
        expect(await group()).toMatchObject({ hooks: [] });
        // The stage is rolled back automatically, to the earlier template.
        expect(await runtime.rolledBack()).toBe('succeeded');
        await serversStay();
        project.repair();
        useStrategy('instance-refresh');
        expect(await runtime.deliver('Refresh')).toBe('succeeded');
      });
      expect(load.failed).toBe(0);
      await serversStay();
      await servesHead();
      expect(await group()).toMatchObject({ hooks: ['Ready'], refreshes: ['Successful', 'Failed'] });
    },
    5 * minutes,
  );

  test(
    'and back to signals: a version that cannot serve is rolled back by a refresh, the next succeeds',
    async () => {
      const { load } = await underLoad((await dev()).url, 100, async () => {
        project.repair();
        hateDev();
        expect(await runtime.deliver('Signal what cannot serve')).toBe('failed');
        expect(await group()).toMatchObject({ hooks: ['Ready'] });
        expect(await runtime.rolledBack()).toBe('succeeded');
        await serversStay();
        project.repair();
        expect(await runtime.deliver('Signal')).toBe('succeeded');
      });
      expect(load.failed).toBe(0);
      await serversStay();
      await servesHead();
      expect((await group()).hooks).toEqual([]);
    },
    5 * minutes,
  );
});
