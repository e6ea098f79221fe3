import { Project } from '../rig/project';
import { Runtime } from '../rig/runtime';
import { describeWithSandbox } from '../rig/sandbox';

const minutes = 60_000;

// `npm run test:real-time`: 7 minutes, nearly all of them waits as long as on AWS.
describeWithSandbox('a service that crashes again and again, at time scale 1', () => {
  const project = new Project({ quickBuilds: true });
  const runtime = new Runtime(project);

  beforeAll(async () => {
    runtime.begin();
    await runtime.succeeded();
    await runtime.end();
  }, 3 * minutes);

  afterAll(async () => {
    await runtime.remove();
    project.remove();
  }, minutes);

  test.each([4, 20])(
    'after %s s: its FAILURE signal ends the roll, the first stage is rolled back, and every server has the earlier version',
    async (seconds) => {
      project.breakIn('dev', `setTimeout(() => process.exit(1), ${seconds} * 1000)`);
      project.commit(`Crash after ${seconds} s`);
      expect(await runtime.start('--time-scale', '1')).toBe('failed');
      expect(runtime.output).toMatch(/dev \/ Roll .*Received 1 FAILURE signal/);
      expect(await runtime.rolledBack()).toBe('succeeded');
      const [dev] = (await runtime.status()).environments;
      expect(dev?.instances.length).toBeGreaterThanOrEqual(2);
      expect(dev?.instances.map(({ imageVersion }) => imageVersion)).toEqual(dev?.instances.map(() => '1.0.2'));
      await runtime.end();
      project.repair();
    },
    10 * minutes,
  );
});
