import * as cloudFormation from '@aws-sdk/client-cloudformation';
import * as ec2 from '@aws-sdk/client-ec2';
import { Control } from '../rig/control';
import { underLoad } from '../rig/load';
import { Project } from '../rig/project';
import { Runtime } from '../rig/runtime';
import { describeWithSandbox } from '../rig/sandbox';

const minutes = 60_000;
const FLEET = 'greeter-dev-fleet';

/** One state, from its first commit on; nobody ever touches a stack. */
describeWithSandbox('failed deployments, and the deployments after them', () => {
  const project = new Project({ quickBuilds: true });
  const runtime = new Runtime(project);
  const control = new Control(project, runtime);

  const dev = async () => {
    const [environment] = (await runtime.status()).environments;
    if (!environment) throw new Error('there is no environment');
    return environment;
  };
  const access = async () => {
    const { endpoint, region, credentials } = await runtime.status();
    return { endpoint, region, credentials };
  };

  const stack = async () => {
    const client = new cloudFormation.CloudFormationClient(await access());
    const { Stacks } = await client.send(new cloudFormation.DescribeStacksCommand({ StackName: FLEET }));
    return { id: Stacks?.[0]?.StackId, status: Stacks?.[0]?.StackStatus };
  };

  /** Returns the statuses of the stack since it was made, the latest first. */
  const course = async () => {
    const client = new cloudFormation.CloudFormationClient(await access());
    const command = new cloudFormation.DescribeStackEventsCommand({ StackName: FLEET });
    const { StackEvents = [] } = await client.send(command);
    return StackEvents.filter((event) => event.PhysicalResourceId === event.StackId).map(
      ({ ResourceStatus }) => ResourceStatus,
    );
  };

  const inDev = (statement: string) => project.breakIn('dev', statement);
  const hateDev = () => inDev("throw new Error('not in dev')");
  afterAll(async () => {
    await runtime.remove();
    project.remove();
  }, minutes);

  test(
    'a failed first deployment leaves a stack that never served; the next push replaces it (E2, H9)',
    async () => {
      hateDev();
      project.commit('The first one hates dev');
      expect(await runtime.start()).toBe('failed');
      const failed = await stack();
      expect(failed.status).toBe('ROLLBACK_COMPLETE');

      project.repair();
      expect(await runtime.deliver('It likes dev')).toBe('succeeded');
      const served = await stack();
      expect(served.status).toBe('CREATE_COMPLETE');
      expect(served.id).not.toBe(failed.id);
    },
    5 * minutes,
  );

  test(
    'a run abandoned during its roll: the next one waits for the stack, and succeeds (A19)',
    async () => {
      const before = await stack();
      // Long enough for a person to have second thoughts.
      inDev("await (await import('node:timers/promises')).scheduler.wait(8000)");
      await runtime.push('To be abandoned');
      await runtime.line(/dev \/ Roll/);
      await control.succeed('stop', '--abandon', '--reason', 'Second thoughts');
      await runtime.line(/^execution \w+ stopped/);

      project.repair();
      expect(await runtime.deliver('Once more')).toBe('succeeded');
      expect((await stack()).id).toBe(before.id);
      expect(await (await fetch((await dev()).url)).text()).toMatch(project.git('rev-parse', 'HEAD'));
    },
    4 * minutes,
  );

  test(
    'a roll that fails and whose rollback fails: the fleet serves on, and the next push succeeds (E3, H11)',
    async () => {
      const before = { ...(await stack()), ...(await dev()) };
      // The image that the rollback would launch is missing.
      const client = new ec2.EC2Client(await access());
      const { imageId } = (await runtime.status()).images.find(({ version }) => version === before.imageVersion) ?? {};
      await client.send(new ec2.DeregisterImageCommand({ ImageId: imageId }));

      hateDev();
      const { load } = await underLoad(before.url, 100, async () => {
        expect(await runtime.deliver('It hates dev again')).toBe('failed');
        // The stage is rolled back automatically, in vain: that image is missing.
        expect(await runtime.rolledBack()).toBe('failed');
        expect(await course()).toContain('UPDATE_ROLLBACK_FAILED');
        project.repair();
        expect(await runtime.deliver('It likes dev again')).toBe('succeeded');
      });
      expect(load.failed).toBe(0);
      expect(await stack()).toEqual({ id: before.id, status: 'UPDATE_COMPLETE' });
      expect(await (await fetch((await dev()).url)).text()).toMatch(project.git('rev-parse', 'HEAD'));
    },
    6 * minutes,
  );
});
