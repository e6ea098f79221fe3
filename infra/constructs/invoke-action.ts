import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Action } from './action';
import type { NodeFunction } from './node-function';
import type { PipelineRole } from './pipeline-role';

export interface InvokeActionProps {
  readonly name: string;
  readonly role: CfnRole;
  readonly fn: NodeFunction;
  readonly namespace: string;
  /** What the function is told, as JSON: numbers, names from the settings, and ids. */
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** Asks a function, whose answer later actions find as variables. */
export function invokeAction({ name, role, fn, namespace, parameters }: InvokeActionProps): Action {
  return {
    name,
    category: 'Invoke',
    provider: 'Lambda',
    role,
    namespace,
    configuration: { FunctionName: fn.functionName, UserParameters: JSON.stringify(parameters) },
  };
}

/** The role for actions that ask one function. */
export function invokeRole(roles: PipelineRole, id: string, fn: NodeFunction): CfnRole {
  return roles.actionRole(id, 'asks a function', {
    Invoke: { actions: ['lambda:InvokeFunction'], on: [fn.arn] },
    // Without it the action fails (A43).
    List: { actions: ['lambda:ListFunctions'], because: 'Listing functions knows no resources.' },
  });
}
