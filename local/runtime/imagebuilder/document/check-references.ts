import { ACTIONS } from './actions';
import type { ComponentDocument, Json, Phase, Step } from './document';
import { bracesIn, CONTEXT_KEYS, looksLikeChaining, parseReference, type Reference } from './references';
import type { DocumentSource, Path } from './source';

/**
 * Refuses every reference without a possible value: undeclared names, and outputs of steps that have not run (D5, D6).
 */
export function checkReferences(source: DocumentSource, document: ComponentDocument): void {
  for (const [phaseIndex, phase] of document.phases.entries()) {
    for (const [stepIndex, step] of phase.steps.entries()) {
      for (const { value, path } of placesOfReferences(step)) {
        for (const braces of bracesIn(value)) {
          const what = mistakeIn(braces.text, { document, phase, step });
          if (!what) continue;
          const at: Path = ['phases', phaseIndex, 'steps', stepIndex, ...path, ...braces.path];
          throw source.mistake(at, `Parsing step '${step.name}' in phase '${phase.name}' failed. Error: ${what}`);
        }
      }
    }
  }
}

interface Place {
  readonly document: ComponentDocument;
  readonly phase: Phase;
  readonly step: Step;
}

function placesOfReferences(step: Step): { value: Json; path: Path }[] {
  const over = step.loop?.over;
  return [
    { value: step.inputs, path: ['inputs'] },
    { value: step.condition?.expression ?? null, path: ['if'] },
    { value: over?.kind === 'list' ? [...over.values] : null, path: ['loop', 'forEach'] },
    { value: over?.kind === 'delimited' ? over.list : null, path: ['loop', 'forEach', 'list'] },
  ];
}

function mistakeIn(between: string, place: Place): string | undefined {
  const reference = parseReference(between);
  if (reference) return referenceMistake(reference, place);
  return looksLikeChaining(between)
    ? `'{{${between}}}' is not a chaining expression: {{ phase.step.outputs.NAME }} or {{ phase.step.inputs[0].NAME }}`
    : undefined;
}

function referenceMistake(reference: Reference, place: Place): string | undefined {
  switch (reference.kind) {
    case 'variable': {
      const { parameters, constants } = place.document;
      const declared = reference.name in constants || parameters.some((parameter) => parameter.name === reference.name);
      return declared ? undefined : `'${reference.name}' is not declared in the document's parameters or constants`;
    }
    case 'chain':
      return chainMistake(reference, place);
    case 'context':
      return (CONTEXT_KEYS as readonly string[]).includes(reference.key)
        ? undefined
        : `there is no context variable '${reference.key}'; there are ${CONTEXT_KEYS.join(', ')}`;
    case 'imds':
      return /^\/*(iam|identity-credentials)\//.test(reference.path)
        ? `the metadata path '${reference.path}' holds credentials and cannot be referred to`
        : undefined;
    case 'ssm-resolve':
      return referenceMistake(reference.of, place);
    // AWSTOE leaves a loop's reference unchanged if the step has no such loop (D8).
    case 'loop':
    case 'ssm':
    case 'env':
      return undefined;
  }
}

function chainMistake(reference: Extract<Reference, { kind: 'chain' }>, place: Place): string | undefined {
  const { document, phase, step } = place;
  const targetPhase = document.phases.find((other) => other.name === reference.phase);
  if (!targetPhase) return `there is no phase '${reference.phase}' to chain to`;
  const target = targetPhase.steps.find((other) => other.name === reference.step);
  if (!target) return `there is no step '${reference.step}' in phase '${reference.phase}' to chain to`;
  if (stage(targetPhase.name) !== stage(phase.name)) {
    return `phase '${phase.name}' cannot chain to phase '${targetPhase.name}': they run on different instances`;
  }
  const order = (where: Phase, of: Step) => document.phases.indexOf(where) * 1e6 + where.steps.indexOf(of);
  if (order(targetPhase, target) >= order(phase, step)) {
    return `step '${target.name}' in phase '${targetPhase.name}' has not run when this step does`;
  }
  return fieldMistake(reference, target);
}

function fieldMistake(reference: Extract<Reference, { kind: 'chain' }>, target: Step): string | undefined {
  const { field, index, side } = reference;
  if (side === 'outputs') {
    const outputs: readonly string[] = ACTIONS[target.action].outputs;
    if (outputs.includes(field)) return undefined;
    return `action ${target.action} of step '${target.name}' has no output '${field}'${outputs.length ? `; it has ${outputs.join(', ')}` : ''}`;
  }
  const inputs = target.inputs;
  if (Array.isArray(inputs) && index === undefined) {
    return `the inputs of step '${target.name}' are a list: {{ …inputs[0].${field} }}`;
  }
  const chosen = Array.isArray(inputs) ? inputs[index ?? 0] : inputs;
  const known = chosen && typeof chosen === 'object' && !Array.isArray(chosen) && field in chosen;
  return known
    ? undefined
    : `step '${target.name}' has no input '${field}'${index === undefined ? '' : ` at ${index}`}`;
}

function stage(phase: string): string {
  return phase === 'test' ? 'test' : 'build';
}
