import { AwsError } from '../kernel/failure';
import type { ConditionDefinition, FailureDefinition, StageDefinition } from '../runtime/codepipeline/definition';
import { runsRule } from '../runtime/codepipeline/rules/rule-types';

export interface ConditionsProperty {
  Conditions?: Condition[];
  [other: string]: unknown;
}

export interface FailureProperty extends ConditionsProperty {
  Result?: string;
  RetryConfiguration?: { RetryMode?: 'FAILED_ACTIONS' | 'ALL_ACTIONS' };
}

interface Condition {
  Result?: ConditionDefinition['result'];
  Rules?: Rule[];
  [other: string]: unknown;
}

interface Rule {
  Name: string;
  RuleTypeId: { Category?: string; Owner?: string; Provider: string; Version?: string };
  Configuration?: Record<string, unknown>;
  InputArtifacts?: { Name: string }[];
  RoleArn?: string;
  [other: string]: unknown;
}

interface StageProperty {
  BeforeEntry?: ConditionsProperty;
  OnSuccess?: ConditionsProperty;
  OnFailure?: FailureProperty;
}

const CONDITION_FIELDS = new Set(['Result', 'Rules']);
const RULE_FIELDS = new Set(['Name', 'RuleTypeId', 'Configuration', 'InputArtifacts', 'RoleArn']);
const KINDS = {
  BeforeEntry: new Set(['Conditions']),
  OnSuccess: new Set(['Conditions']),
  OnFailure: new Set(['Conditions', 'Result', 'RetryConfiguration']),
} as const;

/** Returns the parts of a stage's conditions that this machine does not support, by path. */
export function refusedInConditions(stage: Partial<StageProperty>, path: string): string[] {
  return (['BeforeEntry', 'OnSuccess', 'OnFailure'] as const).flatMap((kind) => {
    const { Conditions: conditions = [] } = stage[kind] ?? {};
    return [
      ...unknownFields(stage[kind] ?? {}, KINDS[kind], `${path}.${kind}`),
      ...conditions.flatMap((condition, index) => refusedInCondition(condition, `${path}.${kind}.Conditions.${index}`)),
    ];
  });
}

function refusedInCondition(condition: Condition, path: string): string[] {
  return [
    ...unknownFields(condition, CONDITION_FIELDS, path),
    ...(condition.Rules ?? []).flatMap((rule, index) => {
      const place = `${path}.Rules.${index}`;
      const { Provider: provider } = rule.RuleTypeId ?? {};
      const unknown = unknownFields(rule, RULE_FIELDS, place);
      return provider && !runsRule(provider) ? [...unknown, `${place}.RuleTypeId: ${provider}`] : unknown;
    }),
  ];
}

/** The conditions of a stage, and its OnFailure setting. */
export function conditionsOf({
  BeforeEntry: beforeEntry,
  OnSuccess: onSuccess,
  OnFailure: onFailure,
}: StageProperty): Pick<StageDefinition, 'beforeEntry' | 'onSuccess' | 'onFailure'> {
  return {
    ...(beforeEntry && { beforeEntry: conditionOf('BeforeEntry', beforeEntry) }),
    ...(onSuccess && { onSuccess: conditionOf('OnSuccess', onSuccess) }),
    ...(onFailure && { onFailure: failureOf(onFailure) }),
  };
}

function failureOf(property: FailureProperty): FailureDefinition {
  const { Result: result, RetryConfiguration: retry } = property;
  if (result !== undefined && !isFailureResult(result)) {
    throw invalid(`OnFailure cannot have the result ${result}.`);
  }
  return {
    result,
    retryMode: retry?.RetryMode,
    ...(property.Conditions?.length ? { condition: conditionOf('OnFailure', property) } : {}),
  };
}

/** A22: there is one condition of each kind. */
function conditionOf(kind: string, { Conditions: conditions = [] }: ConditionsProperty): ConditionDefinition {
  const [condition] = conditions;
  if (!condition || conditions.length > 1) throw invalid(`${kind} must have one condition, not ${conditions.length}.`);
  const { Result: result = 'FAIL', Rules: rules = [] } = condition;
  return {
    result,
    rules: rules.map((rule) => ({
      name: rule.Name,
      provider: rule.RuleTypeId.Provider,
      version: rule.RuleTypeId.Version ?? '1',
      configuration: configurationOf(rule.Configuration ?? {}),
      inputArtifacts: (rule.InputArtifacts ?? []).map(({ Name }) => Name),
      roleArn: rule.RoleArn,
    })),
  };
}

function isFailureResult(result: string): result is NonNullable<FailureDefinition['result']> {
  return ['ROLLBACK', 'RETRY', 'FAIL'].includes(result);
}

/** CodePipeline's configuration is a map of strings; templates may hold booleans and objects there. */
export function configurationOf(configuration: Record<string, unknown>): Record<string, string> {
  const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
  return Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key, text(value)]));
}

export function unknownFields(thing: object, known: ReadonlySet<string>, path: string): string[] {
  return Object.keys(thing)
    .filter((field) => !known.has(field))
    .map((field) => `${path}.${field}`);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidStageDeclarationException', message);
}
