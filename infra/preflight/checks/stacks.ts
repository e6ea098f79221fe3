import { type Finding, ok, problem, warning } from '../finding';
import type { NamedType } from '../look';
import type { Check, DeclaredStack, Subject } from '../subject';

/** Checks for stacks that no deployment can continue, and for taken names of stacks that do not exist. */
export const stacks: Check = {
  name: 'stacks and names',
  otherwise: 'aws cloudformation describe-stacks',
  async run(subject) {
    const findings: Finding[] = [];
    const made: string[] = [];
    for (const stack of subject.stacks) {
      const status = await subject.look.stackStatus(stack.name);
      if (status === undefined) findings.push(...(await namesTaken(subject, stack)));
      else made.push(stack.name);
      findings.push(...stateOf(stack.name, status));
    }
    if (findings.length > 0) return findings;
    const missing = subject.stacks.length - made.length;
    return [
      ok(missing === 0 ? `${made.length} stacks are deployed` : `${missing} will be created, and no name is taken`),
    ];
  },
};

function stateOf(name: string, status: string | undefined): Finding[] {
  if (status === undefined || /^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK|IMPORT_ROLLBACK)_COMPLETE$/.test(status))
    return [];
  const text = `${name} is in ${status}`;
  if (status.endsWith('_IN_PROGRESS')) return [warning(text, 'wait until it has ended')];
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    return [problem(text, `aws cloudformation continue-update-rollback --stack-name ${name}`)];
  }
  return [problem(text, `aws cloudformation delete-stack --stack-name ${name}`)];
}

/** The property with a resource's name. Types without such a property get a free name. */
const NAMES: Readonly<Record<NamedType, { property: string; what: string }>> = {
  'AWS::CodeCommit::Repository': { property: 'RepositoryName', what: 'repository' },
  'AWS::IAM::Role': { property: 'RoleName', what: 'role' },
  'AWS::Logs::LogGroup': { property: 'LogGroupName', what: 'log group' },
  'AWS::S3::Bucket': { property: 'BucketName', what: 'bucket' },
  'AWS::SSM::Parameter': { property: 'Name', what: 'parameter' },
};

async function namesTaken({ look }: Subject, stack: DeclaredStack): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { Type, Properties = {} } of Object.values(stack.resources)) {
    if (!Object.hasOwn(NAMES, Type)) continue;
    const { property, what } = NAMES[Type as NamedType];
    const name = Properties[property];
    if (typeof name !== 'string' || !(await look.exists(Type as NamedType, name))) continue;
    const text = `the ${what} ${name} exists, and the stack ${stack.name}, which creates it, does not`;
    findings.push(problem(text, `delete it, or import it into the stack: npx cdk import ${stack.name}`));
  }
  return findings;
}
