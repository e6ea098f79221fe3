import type * as sdk from '@aws-sdk/client-codepipeline';
import {
  type ConditionDefinition,
  type ConditionKind,
  conditionOf,
  type PipelineDefinition,
  type RuleDefinition,
  type StageDefinition,
} from '../../runtime/codepipeline/definition';
import type { ActionRun, ConditionRun, Execution, StageRun } from '../../runtime/codepipeline/execution';

/** A stage's conditions as `GetPipeline` shows them. */
export function conditionDeclarations({
  beforeEntry,
  onSuccess,
  onFailure,
}: StageDefinition): Pick<sdk.StageDeclaration, 'beforeEntry' | 'onSuccess' | 'onFailure'> {
  const conditions = (condition: ConditionDefinition) => [
    { result: condition.result, rules: condition.rules.map(ruleDeclaration) },
  ];
  return {
    beforeEntry: beforeEntry && { conditions: conditions(beforeEntry) },
    onSuccess: onSuccess && { conditions: conditions(onSuccess) },
    onFailure: onFailure && {
      result: onFailure.result,
      retryConfiguration: onFailure.retryMode && { retryMode: onFailure.retryMode },
      conditions: onFailure.condition && conditions(onFailure.condition),
    },
  };
}

function ruleDeclaration(rule: RuleDefinition): sdk.RuleDeclaration {
  return {
    name: rule.name,
    ruleTypeId: ruleType(rule),
    configuration: { ...rule.configuration },
    inputArtifacts: rule.inputArtifacts.map((name) => ({ name })),
    roleArn: rule.roleArn,
  };
}

function ruleType({ provider, version }: RuleDefinition): sdk.RuleTypeId {
  return { category: 'Rule', owner: 'AWS', provider, version };
}

/** Returns the states of a stage's conditions, as `GetPipelineState` shows them. */
export function conditionStates(
  run: StageRun | undefined,
): Pick<sdk.StageState, 'beforeEntryConditionState' | 'onSuccessConditionState' | 'onFailureConditionState'> {
  const { beforeEntry, onSuccess, onFailure } = run?.conditions ?? {};
  return {
    beforeEntryConditionState: beforeEntry && conditionState(beforeEntry),
    onSuccessConditionState: onSuccess && conditionState(onSuccess),
    onFailureConditionState: onFailure && conditionState(onFailure),
  };
}

function conditionState({ status, summary, changedAt, rules }: ConditionRun): sdk.StageConditionState {
  return {
    latestExecution: { status, summary },
    conditionStates: [
      {
        latestExecution: { status, summary, lastStatusChange: new Date(changedAt) },
        ruleStates: Object.entries(rules).map(([ruleName, rule]) => ({
          ruleName,
          latestExecution: {
            ruleExecutionId: rule.id,
            status: rule.status,
            summary: rule.summary,
            lastStatusChange: new Date(rule.changedAt),
            externalExecutionId: rule.externalId,
            errorDetails: rule.error && { ...rule.error },
          },
        })),
      },
    ],
  };
}

/**
 * Returns the execution's rules in the form of `ListRuleExecutions`, the latest first, including those of earlier
 * attempts.
 */
export function ruleExecutions(
  execution: Execution,
  { definition, region, latest }: { definition: PipelineDefinition; region: string; latest: boolean },
): sdk.RuleExecutionDetail[] {
  return execution.stages
    .flatMap(({ name: stageName, conditions = {}, pastConditions = [] }) => {
      const stage = definition.stages.find(({ name }) => name === stageName);
      const current = Object.entries(conditions) as [ConditionKind, ConditionRun][];
      const past = latest ? [] : pastConditions.map(({ kind, run }): [ConditionKind, ConditionRun] => [kind, run]);
      return [...past, ...current].flatMap(([kind, { rules }]) =>
        Object.entries(rules).map(([ruleName, run]) => {
          const declared = stage && conditionOf(stage, kind)?.rules.find(({ name }) => name === ruleName);
          return ruleExecution(run, { execution, stageName, ruleName, region, declared });
        }),
      );
    })
    .sort((a, b) => (b.startTime?.getTime() ?? 0) - (a.startTime?.getTime() ?? 0));
}

interface RulePlace {
  readonly execution: Execution;
  readonly stageName: string;
  readonly ruleName: string;
  readonly region: string;
  readonly declared?: RuleDefinition;
}

function ruleExecution(run: ActionRun, place: RulePlace): sdk.RuleExecutionDetail {
  const { execution, stageName, ruleName, region, declared } = place;
  return {
    pipelineExecutionId: execution.id,
    ruleExecutionId: run.id,
    pipelineVersion: execution.pipelineVersion,
    stageName,
    ruleName,
    startTime: new Date(run.startedAt),
    lastUpdateTime: new Date(run.changedAt),
    status: run.status,
    input: {
      ruleTypeId: declared && ruleType(declared),
      configuration: declared && { ...declared.configuration },
      resolvedConfiguration: run.configuration && { ...run.configuration },
      roleArn: declared?.roleArn,
      region,
      inputArtifacts: run.inputs?.map(({ name, bucket, key }) => ({ name, s3location: { bucket, key } })),
    },
    output: {
      executionResult: {
        externalExecutionId: run.externalId,
        externalExecutionSummary: run.summary,
        errorDetails: run.error && { ...run.error },
      },
    },
  };
}
