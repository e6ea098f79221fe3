import { isDeepStrictEqual } from 'node:util';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { CloudAssembly, type CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';

/** The stacks that a person deploys, compared with the assembly of a commit. */
export interface Comparison {
  /** Names of the stacks that are deployed with another template, or not at all. */
  readonly outOfDate: readonly string[];
  /** Why a stack could not be compared, one line each. */
  readonly unknown: readonly string[];
}

/**
 * Compares the stacks at the top of the assembly in `directory` with the deployed ones: a push cannot change those. A
 * stack in another account or region than the pipeline's is not looked at. Never throws because of AWS: a build must not
 * fail for it.
 */
export async function compareWithDeployed(
  directory: string,
  cloudFormation: CloudFormationClient,
): Promise<Comparison> {
  const { stacks } = new CloudAssembly(directory);
  const home = stacks.find(({ id }) => id === 'pipeline')?.environment.name;
  const outOfDate: string[] = [];
  const unknown: string[] = [];
  for (const stack of stacks.filter(({ environment }) => environment.name === home)) {
    try {
      if (!(await isDeployed(stack, cloudFormation))) outOfDate.push(stack.stackName);
    } catch (error) {
      unknown.push(`${stack.stackName}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { outOfDate, unknown };
}

async function isDeployed(stack: CloudFormationStackArtifact, cloudFormation: CloudFormationClient): Promise<boolean> {
  try {
    const { TemplateBody = '' } = await cloudFormation.send(new GetTemplateCommand({ StackName: stack.stackName }));
    return isDeepStrictEqual(JSON.parse(TemplateBody), stack.template);
  } catch (error) {
    // `Stack with id X does not exist` (E6).
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message))
      return false;
    throw error;
  }
}

async function main(): Promise<void> {
  const { outOfDate, unknown } = await compareWithDeployed(process.argv[2] ?? 'cdk.out', new CloudFormationClient({}));
  for (const line of unknown) process.stderr.write(`not compared with the deployed stack: ${line}\n`);
  process.stdout.write(`${outOfDate.join(', ') || 'none'}\n`);
}

if (require.main === module) void main();
