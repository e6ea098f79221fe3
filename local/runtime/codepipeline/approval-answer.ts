import { AwsError } from '../../kernel/failure';
import type { PipelineDefinition } from './definition';
import type { ActionRun, Execution } from './execution';
import { stageNotFound } from './retry';

/** Place of an approval, with the token that proves that the question was seen. */
export interface ApprovalPlace {
  readonly stage: string;
  readonly action: string;
  readonly token: string;
}

/**
 * Returns the run that waits for the answer. Throws CodePipeline's error if none does (A57). `history` is the latest
 * first.
 */
export function approvalAsked(
  definition: PipelineDefinition,
  history: readonly Execution[],
  { stage, action, token }: ApprovalPlace,
): ActionRun {
  const declared = definition.stages.find(({ name }) => name === stage);
  if (!declared) throw stageNotFound(definition.name, stage);
  if (!declared.actions.some(({ name, category }) => name === action && category === 'Approval')) {
    throw new AwsError('ActionNotFoundException', `The specified action cannot be found: ${action} in stage ${stage}`);
  }
  const runs = history.flatMap(({ stages }) => stages.find(({ name }) => name === stage)?.actions[action] ?? []);
  const asked = runs.find(({ approval }) => approval?.token === token);
  if (asked?.updatedBy !== undefined) {
    throw new AwsError(
      'ApprovalAlreadyCompletedException',
      'The approval action has already been approved or rejected.',
    );
  }
  if (asked?.status !== 'InProgress') {
    throw new AwsError(
      'InvalidApprovalTokenException',
      'The approval request already received a response or has expired.',
    );
  }
  return asked;
}
