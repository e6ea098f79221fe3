import { AwsError, isAwsError, messageOf } from '../../kernel/failure';
import type { Roles } from '../../kernel/ports';
import type { Credentials } from '../../kernel/principal';
import type { PipelineDefinition } from './definition';

const SERVICE = 'codepipeline.amazonaws.com';

/** Caller of a git operation: the pipeline's role, or a role of the action's own, which the pipeline's role takes. */
interface Actor {
  readonly pipelineRole: string;
  readonly actionRole?: string;
  readonly session: string;
}

/** Returns credentials of the role of an action. Throws `AccessDenied` if a role in the chain cannot be assumed. */
export function assumeActionRole(
  roles: Pick<Roles, 'assume'>,
  { pipelineRole, actionRole, session }: Actor,
): Credentials {
  const credentials = roles.assume(pipelineRole, session, SERVICE);
  return actionRole === undefined ? credentials : roles.assume(actionRole, session, pipelineRole);
}

/** Refuses, as CodePipeline does when a pipeline is saved, roles that it cannot assume. */
export function proveRoles(roles: Pick<Roles, 'assume'>, { roleArn, stages }: PipelineDefinition): void {
  prove(
    () => roles.assume(roleArn, 'validation', SERVICE),
    `CodePipeline is not authorized to perform AssumeRole on role ${roleArn}`,
  );
  const own = new Set(stages.flatMap(({ actions }) => actions.flatMap((action) => action.roleArn ?? [])));
  for (const role of own) {
    prove(
      () => roles.assume(role, 'validation', roleArn),
      `${roleArn} is not authorized to perform AssumeRole on role ${role}`,
    );
  }
}

function prove(assume: () => void, message: string): void {
  try {
    assume();
  } catch (error) {
    if (!isAwsError(error, 'AccessDenied')) throw error;
    throw new AwsError('InvalidStructureException', `${message} (${messageOf(error)})`);
  }
}
