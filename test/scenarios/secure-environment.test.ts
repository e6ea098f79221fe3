import { askEnvironment } from '../../local/commands/ask-environment';
import type { LocalRuntime } from '../../local/composition/compose';
import { everyMinute, metricMinute, SystemClock } from '../../local/kernel/clock';
import { fullName } from '../../local/runtime/elasticloadbalancing/elastic-load-balancing';
import { deployed } from '../rig/deployed';
import { Project } from '../rig/project';

const SECURE = `
      certificate: 'arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
      alarms: { errorPercent: 1 },`;

describe('an environment with a certificate and an alarm, as synthesized', () => {
  const project = new Project();
  const clock = new SystemClock(120);
  let runtime: LocalRuntime;
  let remove: () => Promise<void>;
  let url: string;

  beforeAll(async () => {
    project.edit('infra/settings.ts', (text) => text.replace("name: 'dev',", `name: 'dev',${SECURE}`));
    ({ runtime, remove } = await deployed(project, clock));
    url = runtime.stacks.describe('greeter-dev-environment')?.outputs['Url'] ?? '';
    // In place of a fleet, whose answers do not matter here.
    const answer = { type: 'fixed-response', statusCode: 200, messageBody: 'version 1.0.7' } as const;
    const secure = runtime.loadBalancing.listeners().find(({ protocol }) => protocol === 'HTTPS');
    await runtime.loadBalancing.modifyListener(secure?.arn ?? '', { actions: [answer] });
  }, 60_000);

  afterAll(async () => {
    await remove();
    project.remove();
  });

  /** Returns the result of the pipeline's own function, invoked as the pipeline does. */
  async function verified(): Promise<string> {
    const parameters = {
      url,
      path: '/',
      status: 200,
      contains: 'version {version}',
      version: '1.0.7',
      withinMinutes: 5,
    };
    const result = await runtime.jobs.run({
      functionName: 'greeter-verify-environment',
      configuration: {
        UserParameters: JSON.stringify({ ...parameters, alarms: ['greeter-dev-errors'], watchMinutes: 4 }),
      },
      inputs: [],
      outputs: [],
      credentials: runtime.administrator,
      progress: () => {},
    });
    return result.type === 'success' ? (result.summary ?? '') : result.message;
  }

  test('answers at its published address, and redirects to it from HTTP', async () => {
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(await askEnvironment(`${url}/`, runtime.authority)).toEqual({ status: 200, text: 'version 1.0.7' });
    const { status, headers } = await fetch(url.replace('https:', 'http:'), { redirect: 'manual' });
    expect({ status, location: headers.get('location') }).toEqual({ status: 301, location: `${url}/` });
  });

  test('is verified by a function that trusts it, at the time scale of its alarms', async () => {
    const began = clock.monotonic();
    expect(await verified()).toBe(
      `${url}/ answered 200 with 'version 1.0.7' 5 times in a row; one alarm did not go off for 4 minutes`,
    );
    // Minutes of this machine's own would be more than a test may take.
    expect((clock.monotonic() - began) / metricMinute(clock)).toBeGreaterThanOrEqual(4);
  });

  test('fails verification if an alarm goes off about a period during the watch', async () => {
    const [balancer] = runtime.loadBalancing.loadBalancers();
    const dimensions = { LoadBalancer: fullName(balancer?.arn ?? '') };
    const failing = { namespace: 'AWS/ApplicationELB', name: 'HTTPCode_ELB_5XX_Count', dimensions };
    const stop = everyMinute(clock, 0, () => runtime.cloudWatch.put(failing, { values: [1] }));
    // It may go off before the watch starts: then it does not recover during it.
    expect(await verified()).toMatch(/^NotVerified: the alarm greeter-dev-errors .*: Threshold Crossed/);
    stop();
  });
});
