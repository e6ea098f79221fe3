import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { NodeFunction } from '../functions/node-function';
import type { PipelineRole } from '../roles/pipeline-role';
import type { EntryRule, StageAction } from './action';

/** A function, and the role with which the pipeline asks it. */
export interface Askable {
  readonly fn: NodeFunction;
  readonly role: CfnRole;
}

export interface InvokeActionProps extends Askable {
  readonly name: string;
  /** Namespace of its output variables for later actions. */
  readonly namespace?: string;
  readonly runOrder?: number;
  /** Artifacts that the function finds in its job. */
  readonly inputs?: readonly string[];
  /** Parameters of the function, as JSON: numbers, names from the settings, and ids. */
  readonly parameters: Readonly<Record<string, string | number | readonly string[] | undefined>>;
}

/** Invokes a function, whose output variables later actions can use. */
export function invokeAction({ role, fn, parameters, ...action }: InvokeActionProps): StageAction {
  return {
    ...action,
    category: 'Invoke',
    provider: 'Lambda',
    role,
    configuration: { FunctionName: fn.functionName, UserParameters: JSON.stringify(parameters) },
  };
}

/** Asks a function whether a stage may be entered. */
export function entryRule({
  name,
  role,
  fn,
  parameters,
}: Pick<InvokeActionProps, 'name' | 'role' | 'fn' | 'parameters'>): EntryRule {
  return { name, role, configuration: { FunctionName: fn.functionName, UserParameters: JSON.stringify(parameters) } };
}

/** A function with a role for the actions that ask it. */
export function askable(roles: PipelineRole, id: string, fn: NodeFunction): Askable {
  const role = roles.actionRole(id, 'asks a function', {
    Invoke: { actions: ['lambda:InvokeFunction'], on: [fn.arn] },
    // Without it the action fails (A43).
    List: { actions: ['lambda:ListFunctions'], because: 'Listing functions knows no resources.' },
  });
  return { fn, role };
}
