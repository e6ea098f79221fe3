import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { compareWithDeployed } from '../../infra/out-of-date';
import { AwsError } from '../../local/kernel/failure';
import { ServedAws } from '../lambdas/served-aws';
import { declared, PLACES } from './synthesized';

/** The deployed templates by stack name. */
const deployed = new Map<string, string>();
let refusal: AwsError | undefined;

const aws = new ServedAws({
  cloudformation: {
    GetTemplate: ({ StackName = '' }) => {
      if (refusal) throw refusal;
      const TemplateBody = deployed.get(StackName);
      if (!TemplateBody) throw new AwsError('ValidationError', `Stack with id ${StackName} does not exist`);
      return { TemplateBody };
    },
  },
});
beforeAll(() => aws.start());
afterAll(() => aws.stop());
beforeEach(() => {
  refusal = undefined;
  deployed.clear();
});

const compare = (directory: string) => compareWithDeployed(directory, new CloudFormationClient({}));

/** Deploys what the assembly declares. */
function deployAll(assembly: ReturnType<ReturnType<typeof declared>['synth']>): void {
  for (const { stackName, template } of assembly.stacks) deployed.set(stackName, JSON.stringify(template));
}

test('a commit without changes finds every stack up to date', async () => {
  const assembly = declared().synth();
  deployAll(assembly);
  expect(await compare(assembly.directory)).toEqual({ outOfDate: [], unknown: [] });
});

test('a changed template and a stack that is not deployed are out of date', async () => {
  const assembly = declared().synth();
  deployAll(assembly);
  deployed.set('greeter-pipeline', JSON.stringify({ Resources: {} }));
  deployed.delete('greeter-dev-environment');
  expect(await compare(assembly.directory)).toEqual({
    outOfDate: ['greeter-dev-environment', 'greeter-pipeline'],
    unknown: [],
  });
});

test('a different order of keys is no change', async () => {
  const assembly = declared().synth();
  deployAll(assembly);
  const pipeline = JSON.parse(deployed.get('greeter-pipeline') ?? '{}');
  deployed.set('greeter-pipeline', JSON.stringify(Object.fromEntries(Object.entries(pipeline).reverse())));
  expect((await compare(assembly.directory)).outOfDate).toEqual([]);
});

test('stacks in another account or region are not compared', async () => {
  const assembly = declared(PLACES).synth();
  deployAll(assembly);
  for (const name of deployed.keys()) if (/qa|prod|far|us-east-2/.test(name)) deployed.delete(name);
  expect((await compare(assembly.directory)).outOfDate).toEqual([]);
});

test('a stack that AWS refuses to show is unknown, and fails no build', async () => {
  refusal = new AwsError('AccessDenied', 'not authorized to perform cloudformation:GetTemplate', 403);
  const { outOfDate, unknown } = await compare(declared().synth().directory);
  expect(outOfDate).toEqual([]);
  expect(unknown).toContain('greeter-pipeline: not authorized to perform cloudformation:GetTemplate');
});
