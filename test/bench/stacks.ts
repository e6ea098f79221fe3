import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { compose } from '../../local/composition/compose';
import { SystemClock } from '../../local/kernel/clock';
import { EventBus } from '../../local/kernel/events';

export interface StackTime {
  readonly resources: number;
  /** From CreateStack's call to CREATE_COMPLETE. */
  readonly milliseconds: number;
}

/** Creates stacks of SSM parameters that do not depend on each other, on a fresh state. The first one warms up. */
export async function stackTimes(sizes: readonly number[]): Promise<StackTime[]> {
  const directory = mkdtempSync(join(tmpdir(), 'stacks-'));
  const clock = new SystemClock(60);
  const bus = new EventBus(clock);
  const runtime = await compose({ directory, port: 0, clock, bus });
  const client = new CloudFormationClient({
    endpoint: runtime.url,
    region: runtime.scope.region,
    credentials: runtime.administrator,
  });
  try {
    const times: StackTime[] = [];
    for (const [index, resources] of [10, ...sizes].entries()) {
      const StackName = `stack-${index}`;
      const complete = new Promise<void>((resolve) => {
        const stop = bus.subscribe((event) => {
          if (event.type !== 'stack-event' || event.stackName !== StackName) return;
          if (event.logicalId !== StackName || event.status !== 'CREATE_COMPLETE') return;
          stop();
          resolve();
        });
      });
      const begun = performance.now();
      await client.send(new CreateStackCommand({ StackName, TemplateBody: template(StackName, resources) }));
      await complete;
      const milliseconds = performance.now() - begun;
      times.push({ resources, milliseconds });
    }
    return times.slice(1);
  } finally {
    await runtime.stop();
    rmSync(directory, { recursive: true });
  }
}

function template(stack: string, count: number): string {
  const parameter = (n: number) => ({
    Type: 'AWS::SSM::Parameter',
    Properties: { Name: `/${stack}/${n}`, Type: 'String', Value: `value ${n}` },
  });
  return JSON.stringify({
    Resources: Object.fromEntries(Array.from({ length: count }, (_, n) => [`Parameter${n}`, parameter(n)])),
  });
}
