import { AwsError } from '../../kernel/failure';
import type { StackRecord } from '../state/records';

/** Returns the error of a request about a missing stack, with CloudFormation's message (E6). */
export function noSuchStack(name: string): AwsError {
  return new AwsError('ValidationError', `Stack [${name}] does not exist`);
}

/** As the error of DescribeStacks. */
export function noStackWithId(name: string): AwsError {
  return new AwsError('ValidationError', `Stack with id ${name} does not exist`);
}

export function cannotBeUpdated({ stackId, state }: StackRecord): AwsError {
  return wrongState({ stackId, state }, 'can not be updated.');
}

export function wrongState({ stackId, state }: Pick<StackRecord, 'stackId' | 'state'>, cannot: string): AwsError {
  return new AwsError('ValidationError', `Stack:${stackId} is in ${state.id} state and ${cannot}`);
}

export function noChanges(): AwsError {
  return new AwsError('ValidationError', 'No updates are to be performed.');
}

export function noSuchChangeSet(name: string): AwsError {
  return new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
}
