import { invalidAction } from './action-types';
import { type ActionDefinition, actionGroups, type PipelineDefinition, type StageDefinition } from './definition';
import { referencesOf } from './variables';

const FORMAT =
  'Valid format for a pipeline execution variable reference is a namespace and a key separated by a period (.).';

/**
 * Refuses references to a namespace that no earlier action has, when the pipeline is saved (A24, A28). Keys cannot be
 * checked: the output variables of an action are known only after its run.
 */
export function validateReferences({ stages, variables }: PipelineDefinition): void {
  const existing = new Set(['codepipeline']);
  // A25: source actions cannot use the pipeline's variables.
  const ofPipeline = variables.length > 0 ? ['variables'] : [];
  for (const stage of stages) {
    for (const rule of stage.beforeEntry?.rules ?? []) validateAction({ stage, action: rule, existing });
    for (const { actions } of actionGroups([stage])) {
      for (const action of actions) validateAction({ stage, action, existing });
      for (const namespace of actions.flatMap((action) => action.namespace ?? [])) existing.add(namespace);
    }
    if (stage === stages[0]) for (const namespace of ofPipeline) existing.add(namespace);
    const after = [...(stage.onSuccess?.rules ?? []), ...(stage.onFailure?.condition?.rules ?? [])];
    for (const rule of after) validateAction({ stage, action: rule, existing });
  }
}

interface Asking {
  readonly stage: StageDefinition;
  readonly action: Pick<ActionDefinition, 'name' | 'configuration'>;
  readonly existing: Set<string>;
}

function validateAction(at: Asking): void {
  const { stage, action, existing } = at;
  for (const { key, text, namespace } of referencesOf(action.configuration)) {
    const place = `StageName=[${stage.name}], ActionName=[${action.name}], ActionConfigurationKey=[${key}], VariableReferenceText=[${text}]`;
    if (namespace === undefined) {
      throw invalidAction(`${FORMAT} The following pipeline execution variables do not have it. ${place}`);
    }
    if (!existing.has(namespace)) {
      throw invalidAction(
        `${FORMAT} The following pipeline execution variables are referencing a namespace that does not exist. ${place}`,
      );
    }
  }
}
