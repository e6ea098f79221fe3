import type { ActionDeclaration, PipelineDeclaration, StageDeclaration } from '@aws-sdk/client-codepipeline';
import { Refusal } from '../../cli/refusal';

/**
 * Returns the stages that roll an environment: they deploy a stack with an image. The stage that bakes deploys a stack too,
 * but without the parameter `ImageId`.
 */
export function environmentsOf({ stages = [] }: PipelineDeclaration): StageDeclaration[] {
  return stages.filter((stage) => rollOf(stage) !== undefined);
}

/** Returns the action of a stage that deploys a fleet's stack. */
export function rollOf({ actions = [] }: StageDeclaration): ActionDeclaration | undefined {
  return actions.find(({ configuration }) => /"ImageId"\s*:/.test(configuration?.['ParameterOverrides'] ?? ''));
}

/** An account and region. */
export interface EnvironmentPlace {
  readonly account: string;
  readonly region: string;
}

/** Returns the account and region of a stage's fleet: those of its roll, or else `home`, the pipeline's own. */
export function placeOfFleet(stage: StageDeclaration, home: EnvironmentPlace): EnvironmentPlace {
  const { roleArn = '', region = home.region } = rollOf(stage) ?? {};
  return { account: /^arn:[^:]*:iam::(\d+):/.exec(roleArn)?.[1] ?? home.account, region };
}

/** Returns the stage of an environment. Throws a `Refusal` that lists the environments if there is none of that name. */
export function environmentIn(declaration: PipelineDeclaration, name: string): StageDeclaration {
  const all = environmentsOf(declaration);
  const found = all.find((stage) => stage.name === name);
  if (found) return found;
  const names = all.map((stage) => stage.name).join(', ');
  throw new Refusal(`${declaration.name} has no environment ${name}; it has ${names || 'none'}`);
}

/** Returns the name of the stage that waits for approval before the environment's own. */
export function approvalStageOf(environment: string): string {
  return `approve-${environment}`;
}

/** Returns the environment to which an approval in this stage belongs. */
export function environmentOfApproval(stage: string): string {
  return stage.replace(/^approve-/, '');
}
