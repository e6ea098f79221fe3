import { join } from 'node:path';
import { type Assembly, type AssemblyStack, readAssembly } from '../../local/assembly/assembly';
import { deployAssembly } from '../../local/commands/deploy';
import { synthesize } from '../../local/commands/synthesize';
import type { LocalRuntime } from '../../local/composition/compose';
import { SystemClock } from '../../local/kernel/clock';
import { Progress } from '../../local/terminal/progress';
import { emptyRuntime } from '../rig/deployed';
import { Project } from '../rig/project';
import { FakeScreen } from '../rig/screen';

type Resources = Record<string, { Type: string; DependsOn?: string | string[]; DeletionPolicy?: string }>;

/** Cannot be created: the role does not exist. */
const BROKEN = { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: ['no-such-role'] } };

describe('a first deployment that fails', () => {
  const project = new Project();
  const clock = new SystemClock(60);
  let runtime: LocalRuntime;
  let remove: () => Promise<void>;
  let assembly: Assembly;

  beforeAll(async () => {
    const made = await emptyRuntime(clock);
    ({ runtime, remove } = made);
    const output = join(made.directory, 'cdk.out');
    await synthesize(project.directory, output);
    assembly = readAssembly(output);
  }, 60_000);

  afterAll(async () => {
    await remove();
    project.remove();
  });

  const deploy = (stacks: readonly AssemblyStack[]) => {
    const progress = new Progress({ screen: new FakeScreen(false), clock, verbose: false, place: { kind: 'local' } });
    return deployAssembly(runtime, { ...assembly, stacks }, { progress });
  };
  const resourcesOf = (stack: AssemblyStack) => JSON.parse(stack.templateBody).Resources as Resources;

  /** The stack, with a resource that fails once `after` are there. */
  const failing = (stack: AssemblyStack, after: string[]): AssemblyStack => {
    const template = JSON.parse(stack.templateBody);
    template.Resources.Broken = { ...BROKEN, DependsOn: after };
    return { ...stack, templateBody: JSON.stringify(template) };
  };

  test('leaves no name that blocks the next one, and no artifact of a run', async () => {
    for (const stack of assembly.stacks) {
      const resources = resourcesOf(stack);
      const retained = Object.keys(resources).filter((id) => resources[id]?.DeletionPolicy?.startsWith('Retain'));
      for (const after of [...retained.map((id) => [id]), Object.keys(resources)]) {
        await expect(deploy([failing(stack, after)])).rejects.toThrow('no-such-role');
        expect(runtime.stacks.describe(stack.stackName)?.status).toBe('ROLLBACK_COMPLETE');
      }
      await deploy([stack]);
      expect(runtime.stacks.describe(stack.stackName)?.status).toBe('CREATE_COMPLETE');
    }
  }, 120_000);

  test('reports in AWS’s words that a load balancer was created before its network reached the internet', async () => {
    const stack = assembly.stacks.find(({ stackName }) => stackName === 'greeter-dev-environment')!;
    const template = JSON.parse(stack.templateBody);
    const resources = Object.entries(template.Resources as Resources);
    const idOf = (type: string) => resources.find(([, resource]) => resource.Type === type)?.[0] ?? '';
    for (const [, resource] of resources) delete resource.DependsOn;
    const balancer = idOf('AWS::ElasticLoadBalancingV2::LoadBalancer');
    template.Resources[idOf('AWS::EC2::VPCGatewayAttachment')].DependsOn = balancer;
    const stackName = 'raced-environment';
    // The names that it publishes are taken by the stack that stands.
    for (const [id, { Type }] of resources) if (Type === 'AWS::SSM::Parameter') delete template.Resources[id];
    const raced = deploy([{ ...stack, stackName, templateBody: JSON.stringify(template) }]);
    await expect(raced).rejects.toThrow(/VPC vpc-[0-9a-f]{17} has no internet gateway/);
  });
});
