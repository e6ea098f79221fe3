import type { Assembly, AssemblyStack } from '../assembly/assembly';
import { UserMistake } from '../kernel/failure';

export const PIPELINE = 'AWS::CodePipeline::Pipeline';

/** The pipeline that an assembly declares, and the branch that it takes its source from. */
export interface DeclaredPipeline {
  readonly stack: AssemblyStack;
  readonly name: string;
  readonly repository: string;
  readonly branch: string;
}

/**
 * Finds the pipeline in the top-level templates of the assembly, since the state may hold others. Throws a
 * `UserMistake` if there is none, or if its name or source is not plain text. `project` declares the assembly.
 */
export function declaredPipeline({ stacks }: Assembly, project: string): DeclaredPipeline {
  for (const stack of stacks) {
    const { Resources = {} } = JSON.parse(stack.templateBody) as { Resources?: Record<string, Resource> };
    const properties = Object.values(Resources).find(({ Type }) => Type === PIPELINE)?.Properties;
    if (!properties) continue;
    const { RepositoryName, BranchName } = properties.Stages?.[0]?.Actions?.[0]?.Configuration ?? {};
    const [name, repository, branch] = [properties.Name, RepositoryName, BranchName].map((value) => text(stack, value));
    return { stack, name: name!, repository: repository!, branch: branch! };
  }
  throw new UserMistake(project, 'declares no pipeline');
}

/** The members of a resource that are read here. */
interface Resource {
  readonly Type: string;
  readonly Properties?: {
    readonly Name?: unknown;
    readonly Stages?: readonly { readonly Actions?: readonly { readonly Configuration?: Record<string, unknown> }[] }[];
  };
}

function text({ stackName }: AssemblyStack, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UserMistake(
    stackName,
    'declares a pipeline without a name, or whose first action names no repository and branch of CodeCommit',
    'write them as text',
  );
}
