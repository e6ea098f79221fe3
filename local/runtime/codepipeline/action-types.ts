import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { ActionDefinition, StageDefinition } from './definition';

/** Artifacts of an action type (A8), and the configuration that it knows. */
export interface ActionType {
  readonly inputs: readonly [least: number, most: number];
  readonly outputs: readonly [least: number, most: number];
  readonly configuration: Readonly<Record<string, Setting>>;
  /** A9: maximum duration of an action; absent if it has its own time-out. */
  readonly longestMinutes?: number;
  /** Range of the time-out that an action may set, in minutes; absent if it may set none (A57). */
  readonly timeoutInMinutes?: readonly [least: number, most: number];
  /** Further settings that these ones need. */
  needs?(configuration: Readonly<Record<string, string>>): readonly string[];
}

interface Setting {
  readonly required?: true;
  /** The values that this runtime honours; any other is refused by name. */
  readonly only?: readonly string[];
  /** Default of a setting, if the default must be supported too. */
  readonly otherwise?: string;
  readonly remedy?: string;
}

const HOUR = 60;

const BUILD: ActionType = {
  inputs: [1, 5],
  outputs: [0, 5],
  configuration: {
    ProjectName: { required: true },
    PrimarySource: {},
    EnvironmentVariables: {},
    BatchEnabled: { only: ['false'] },
    CombineArtifacts: { only: ['false'] },
  },
};

/** A47: the settings that each mode requires, besides the mode and the stack's name. */
const NEEDED_BY_MODE: Readonly<Record<string, readonly string[]>> = {
  CREATE_UPDATE: ['TemplatePath', 'RoleArn'],
  REPLACE_ON_FAILURE: ['TemplatePath', 'RoleArn'],
  CHANGE_SET_REPLACE: ['ChangeSetName', 'TemplatePath', 'RoleArn'],
  CHANGE_SET_EXECUTE: ['ChangeSetName'],
  DELETE_ONLY: ['RoleArn'],
};

/** The action types that this runtime runs, by `Category/Owner/Provider`. */
export const ACTION_TYPES: Readonly<Record<string, ActionType>> = {
  'Source/AWS/CodeCommit': {
    inputs: [0, 0],
    outputs: [1, 1],
    longestMinutes: HOUR,
    configuration: {
      RepositoryName: { required: true },
      BranchName: { required: true },
      // A30: left out, it means that CodePipeline looks for commits itself.
      PollForSourceChanges: {
        only: ['false'],
        otherwise: 'true',
        remedy: "set it to 'false' and start the pipeline by an EventBridge rule",
      },
      OutputArtifactFormat: { only: ['CODE_ZIP'] },
    },
  },
  'Build/AWS/CodeBuild': { ...BUILD, longestMinutes: 36 * HOUR },
  'Test/AWS/CodeBuild': { ...BUILD, longestMinutes: 8 * HOUR },
  'Deploy/AWS/CloudFormation': {
    inputs: [0, 10],
    outputs: [0, 1],
    longestMinutes: 3 * 24 * HOUR,
    configuration: {
      ActionMode: { required: true, only: Object.keys(NEEDED_BY_MODE) },
      StackName: { required: true },
      ChangeSetName: {},
      TemplatePath: {},
      TemplateConfiguration: {},
      ParameterOverrides: {},
      Capabilities: {},
      OutputFileName: {},
      RoleArn: {},
    },
    needs: ({ ActionMode = '' }) => NEEDED_BY_MODE[ActionMode] ?? [],
  },
  'Approval/AWS/Manual': {
    inputs: [0, 0],
    outputs: [0, 0],
    configuration: { NotificationArn: {}, CustomData: {}, ExternalEntityLink: {} },
    timeoutInMinutes: [5, 86_400],
  },
  'Invoke/AWS/Lambda': {
    inputs: [0, 5],
    outputs: [0, 5],
    longestMinutes: 24 * HOUR,
    configuration: { FunctionName: { required: true }, UserParameters: {} },
  },
};

/** True if this runtime runs actions of the type `Category/Owner/Provider`. */
export function runsActionType(type: string): boolean {
  return Object.hasOwn(ACTION_TYPES, type);
}

/** Returns the longest time that an action of this type may take (A9). */
export function longestMinutes(action: ActionDefinition): number | undefined {
  return ACTION_TYPES[actionTypeOf(action)]?.longestMinutes;
}

/** `Build/AWS/CodeBuild`. */
function actionTypeOf({ category, owner, provider }: Omit<ActionDefinition, 'name'>): string {
  return `${category}/${owner}/${provider}`;
}

/** Refuses artifacts and a configuration that the action's type does not know, or that this runtime cannot honour. */
export function validateByType(stage: StageDefinition, action: ActionDefinition): void {
  const place = `CodePipeline action ${action.name} of stage ${stage.name}`;
  const type = ACTION_TYPES[actionTypeOf(action)];
  if (!type) throw new NotSupportedLocally(`${place}: the action type ${actionTypeOf(action)}`);
  countWithin(action.inputArtifacts.length, type.inputs, `Action ${action.name} declares % input artifacts`);
  countWithin(action.outputArtifacts.length, type.outputs, `Action ${action.name} declares % output artifacts`);

  validateTimeout(stage, action, type);

  const { configuration } = action;
  const required = Object.keys(type.configuration).filter((key) => type.configuration[key]?.required);
  for (const key of [...required, ...(type.needs?.(configuration) ?? [])]) {
    if (configuration[key] === undefined)
      throw configurationError(action, `is missing required configuration '${key}'`);
  }
  for (const key of Object.keys(configuration)) {
    if (!type.configuration[key]) throw configurationError(action, `contains unknown configuration '${key}'`);
  }
  for (const [key, { only, otherwise, remedy }] of Object.entries(type.configuration)) {
    const value = configuration[key] ?? otherwise;
    if (only && value !== undefined && !only.includes(value)) {
      throw new NotSupportedLocally(`${place}: ${key} ${value}`, remedy);
    }
  }
}

/** A57. */
function validateTimeout(stage: StageDefinition, { name, timeoutInMinutes }: ActionDefinition, type: ActionType): void {
  if (timeoutInMinutes === undefined) return;
  const place = `TimeoutInMinutes of action ${name} of stage ${stage.name}`;
  if (!type.timeoutInMinutes) throw invalidAction(`${place} can only be set for manual approval actions`);
  const [least, most] = type.timeoutInMinutes;
  if (!Number.isInteger(timeoutInMinutes) || timeoutInMinutes < least || timeoutInMinutes > most) {
    throw invalidAction(`${place} must be a whole number from ${least} to ${most}`);
  }
}

function configurationError(action: ActionDefinition, what: string): AwsError {
  return invalidAction(`Action configuration for action '${action.name}' ${what}`);
}

function countWithin(count: number, [least, most]: readonly [number, number], what: string): void {
  const message = what.replace('%', String(count));
  if (count < least) throw invalidAction(`${message} which is less than the minimum count (${least})`);
  if (count > most) throw invalidAction(`${message} which is more than the maximum count (${most})`);
}

export function invalidAction(message: string): AwsError {
  return new AwsError('InvalidActionDeclarationException', message);
}
