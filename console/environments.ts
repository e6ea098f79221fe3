import type { ActionDeclaration, PipelineDeclaration, StageDeclaration } from '@aws-sdk/client-codepipeline';
import { Refusal } from '../cli/refusal';

/**
 * The stages that roll an environment: those that deploy a stack with an image. (The stage that bakes deploys a stack
 * too, but gives it no image.)
 */
export function environmentsOf({ stages = [] }: PipelineDeclaration): StageDeclaration[] {
  return stages.filter((stage) => rollOf(stage) !== undefined);
}

/** The action of a stage that deploys a fleet's stack. */
export function rollOf({ actions = [] }: StageDeclaration): ActionDeclaration | undefined {
  return actions.find(({ configuration }) => /"ImageId"\s*:/.test(configuration?.['ParameterOverrides'] ?? ''));
}

/** The environment of that name. Refuses an unknown one with those that exist. */
export function environmentIn(declaration: PipelineDeclaration, name: string): StageDeclaration {
  const all = environmentsOf(declaration);
  const found = all.find((stage) => stage.name === name);
  if (found) return found;
  const names = all.map((stage) => stage.name).join(', ');
  throw new Refusal(`${declaration.name} has no environment ${name}; it has ${names || 'none'}`);
}

/** The stage that waits for approval before the environment's own. */
export function approvalStageOf(environment: string): string {
  return `approve-${environment}`;
}

/** The environment that an approval in this stage is for. */
export function environmentOfApproval(stage: string): string {
  return stage.replace(/^approve-/, '');
}
