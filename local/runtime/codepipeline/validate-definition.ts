import { AwsError } from '../../kernel/failure';
import { invalidAction, validateByType } from './action-types';
import {
  type ActionDefinition,
  actionGroups,
  conditionOf,
  type PipelineDefinition,
  type StageDefinition,
} from './definition';
import { validateReferences } from './references';
import { validateCondition } from './rules/rule-types';

const NAME = /^[A-Za-z0-9.@\-_]{1,100}$/;
const ARTIFACT = /^[a-zA-Z0-9_-]{1,100}$/;
const NAMESPACE = /^[A-Za-z0-9@\-_]{1,100}$/;
const VARIABLE = /^[A-Za-z0-9@\-_]{1,128}$/;

/** A3, A25. */
const MOST = { stages: 50, actionsOfStage: 50, actions: 1000, variables: 50 };

/** Namespaces that no action may have (A24). */
const RESERVED = ['codepipeline', 'variables'];

/** Refuses, as CodePipeline does when a pipeline is saved, a structure that cannot run (A2–A8, A25, A28). */
export function validateDefinition(definition: PipelineDefinition): void {
  const { stages } = definition;
  if (!NAME.test(definition.name)) throw invalid(`Pipeline name '${definition.name}' is not valid`);
  if (stages.length < 2) throw invalid('Pipeline should have at least 2 stages');
  atMost(MOST.stages, stages, 'A pipeline: stages');
  unique(
    stages.map((stage) => stage.name),
    (name) => invalid(`Stage names must be unique within a pipeline: ${name}`),
  );
  for (const index of stages.keys()) validateStage(stages, index);
  validateStageConditions(definition);

  const actions = stages.flatMap((stage) => stage.actions);
  atMost(MOST.actions, actions, 'A pipeline: actions');
  const artifacts = actions.flatMap((action) => action.outputArtifacts);
  unique(artifacts, (name) => invalid(`Output artifact names must be unique within a pipeline: ${name}`));
  validateNamespaces(stages, artifacts);
  validateInputs(stages);
  validateRegions(definition);
  validateVariables(definition);
  validateReferences(definition);
}

function validateStage(stages: readonly StageDefinition[], index: number): void {
  const stage = stages[index] as StageDefinition;
  if (!NAME.test(stage.name)) throw invalid(`Stage name '${stage.name}' is not valid`);
  if (stage.actions.length === 0) throw invalid(`Stage ${stage.name} must have at least one action`);
  atMost(MOST.actionsOfStage, stage.actions, `Stage ${stage.name}: actions`);
  unique(
    stage.actions.map((action) => action.name),
    (name) => invalid(`Action names must be unique within stage ${stage.name}: ${name}`),
  );
  stage.actions.forEach((action, position) => {
    if ((action.category === 'Source') !== (index === 0)) {
      throw invalid(
        index === 0
          ? `The first stage must only contain source actions; ${action.name} is none`
          : `Source action ${action.name} may only be in the first stage`,
      );
    }
    validateAction(stage, action);
    validateLengths(action, `pipeline.stages.${index + 1}.member.actions.${position + 1}.member.configuration`);
  });
}

/** A1, A21, A22. */
function validateStageConditions({ pipelineType, stages }: PipelineDefinition): void {
  for (const [index, stage] of stages.entries()) {
    const { name, beforeEntry, onSuccess, onFailure } = stage;
    if (!beforeEntry && !onSuccess && !onFailure) continue;
    const refused = (why: string) => new AwsError('InvalidStageDeclarationException', `Stage ${name}: ${why}`);
    if (pipelineType === 'V1') throw refused('conditions and OnFailure require a pipeline of type V2');
    const results = [onFailure?.result, onFailure?.condition?.result, onSuccess?.result];
    if (index === 0 && results.includes('ROLLBACK')) throw refused('a source stage cannot be rolled back');
    if (index === 0 && beforeEntry) throw refused('a source stage has no entry condition');
    if (onFailure?.retryMode && onFailure.result !== 'RETRY') throw refused('RetryConfiguration requires Result RETRY');
    if (onFailure?.condition && onFailure.result === 'RETRY') throw refused('OnFailure cannot RETRY with conditions');
    for (const kind of ['beforeEntry', 'onSuccess', 'onFailure'] as const) {
      const condition = conditionOf(stage, kind);
      if (condition) validateCondition(stage, kind, condition);
    }
  }
}

function validateAction(stage: StageDefinition, action: ActionDefinition): void {
  const place = `action ${action.name} of stage ${stage.name}`;
  if (!NAME.test(action.name)) throw invalidAction(`The name of ${place} is not valid`);
  validateByType(stage, action);
  if (action.region && action.category === 'Source') throw invalidAction(`A source action has no Region: ${place}`);
  if (!Number.isInteger(action.runOrder) || action.runOrder < 1 || action.runOrder > 999)
    throw invalidAction(`RunOrder of ${place} must be a whole number from 1 to 999`);
  for (const artifact of [...action.inputArtifacts, ...action.outputArtifacts]) {
    if (!ARTIFACT.test(artifact)) throw invalidAction(`Artifact name '${artifact}' of ${place} is not valid`);
  }
}

/** The most characters of a configuration value (A7). */
const LONGEST_VALUE = 1000;
const LONGEST_USER_PARAMETERS = 50_000;

/** Checks the written configuration, before variables are inserted (A7). */
function validateLengths({ configuration }: ActionDefinition, path: string): void {
  const refused = (which: string, most: number) =>
    new AwsError(
      'ValidationException',
      `1 validation error detected: Value at '${path}' failed to satisfy constraint: Map ${which} must satisfy constraint: [Member must have length less than or equal to ${most}, Member must have length greater than or equal to 1]`,
    );
  for (const [key, value] of Object.entries(configuration)) {
    if (key.length < 1 || key.length > 50) throw refused('key', 50);
    const most = key === 'UserParameters' ? LONGEST_USER_PARAMETERS : LONGEST_VALUE;
    if (value.length < 1 || value.length > most) throw refused('value', most);
  }
}

/** A5. */
function validateNamespaces(stages: readonly StageDefinition[], artifacts: readonly string[]): void {
  const taken = new Set<string>();
  for (const stage of stages) {
    for (const { name, namespace } of stage.actions) {
      if (namespace === undefined) continue;
      const place = `StageName=[${stage.name}], ActionName=[${name}], Namespace=[${namespace}]`;
      if (!NAMESPACE.test(namespace)) throw invalidAction(`The namespace is not valid. ${place}`);
      if (RESERVED.includes(namespace)) throw invalidAction(`The namespace is reserved. ${place}`);
      if (artifacts.includes(namespace)) throw invalidAction(`The namespace is also the name of an artifact. ${place}`);
      if (taken.has(namespace)) {
        throw invalidAction(
          `Namespaces must be unique across the pipeline definition. The following occur more than once in the pipeline. ${place}`,
        );
      }
      taken.add(namespace);
    }
  }
}

/** Every input artifact must come from an earlier stage, or from a lower run order of the same one. */
function validateInputs(stages: readonly StageDefinition[]): void {
  const made = new Set<string>();
  for (const group of actionGroups(stages).map(({ actions }) => actions)) {
    for (const action of group) {
      const missing = action.inputArtifacts.find((artifact) => !made.has(artifact));
      if (missing) {
        throw invalid(`Action ${action.name} declares input artifact ${missing}, which no earlier action puts out`);
      }
    }
    for (const artifact of group.flatMap((action) => action.outputArtifacts)) made.add(artifact);
  }
}

/** Requires an artifact store in the region of every action, and in the pipeline's own if there are others. */
function validateRegions({ artifactStores, stages }: PipelineDefinition): void {
  for (const { name, region } of stages.flatMap(({ actions }) => actions)) {
    if (region && !artifactStores?.[region]) {
      throw invalid(`The action ${name} is in the region ${region}, for which artifactStores has no artifact store`);
    }
  }
}

/** A1, A2, A25. */
function validateVariables({ pipelineType, executionMode, variables }: PipelineDefinition): void {
  if (pipelineType === 'V1' && executionMode !== 'SUPERSEDED')
    throw invalid(`The execution mode ${executionMode} requires a pipeline of type V2`);
  if (pipelineType === 'V1' && variables.length > 0)
    throw invalid('Variables on the pipeline level require a pipeline of type V2');
  atMost(MOST.variables, variables, 'A pipeline: variables');
  unique(
    variables.map(({ name }) => name),
    (name) => invalid(`Variable names must be unique within a pipeline: ${name}`),
  );
  for (const { name, defaultValue } of variables) {
    if (!VARIABLE.test(name)) throw invalid(`Variable name '${name}' is not valid`);
    if (defaultValue !== undefined && (defaultValue.length < 1 || defaultValue.length > 1000))
      throw invalid(`The default value of the variable ${name} must have 1 to 1000 characters`);
  }
}

function atMost(most: number, things: readonly unknown[], what: string): void {
  if (things.length > most) throw invalid(`${what} must not number more than ${most}; there are ${things.length}`);
}

function unique(names: readonly string[], refuse: (name: string) => AwsError): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refuse(twice);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidStructureException', message);
}
