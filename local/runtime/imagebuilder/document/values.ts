import { notAllowed } from './allowed-values';
import type { ComponentDocument, Json, Step } from './document';
import { bracesIn, type MachineReference, parseReference, type Reference, substitute } from './references';
import type { Iteration, StepRecord } from './run';

/** Values for references while one step runs. */
export interface Values {
  readonly document: ComponentDocument;
  /** Values from the recipe, or from the calling document. Beats the defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly records: readonly StepRecord[];
  readonly step: Step;
  readonly iteration?: Iteration;
  /** Returns a value that only the machine knows. Rejects if it has none. */
  machine(reference: MachineReference): Promise<string>;
}

/** Returns `json` with its references replaced. Rejects, naming the reference, if one has no value. */
export async function resolve(json: Json, values: Values): Promise<Json> {
  const found = new Map<string, string>();
  for (const { text } of bracesIn(json)) {
    const reference = found.has(text) ? undefined : parseReference(text);
    const value = reference && (await lookUp(reference, values));
    if (value !== undefined) found.set(text, value);
  }
  return substitute(json, (between) => found.get(between));
}

/** Undefined leaves the braces unchanged. */
async function lookUp(reference: Reference, values: Values): Promise<string | undefined> {
  switch (reference.kind) {
    case 'variable':
      return variable(reference.name, values);
    case 'chain':
      return chained(reference, values.records);
    case 'loop': {
      const { iteration, step } = values;
      if (!iteration || (reference.loop !== 'loop' && reference.loop !== step.loop?.name)) return undefined;
      return reference.member === 'index' ? String(iteration.index) : iteration.value;
    }
    case 'ssm-resolve': {
      const name = await lookUp(reference.of, values);
      return name === undefined ? undefined : values.machine({ kind: 'ssm', name });
    }
    default:
      return values.machine(reference);
  }
}

function variable(name: string, { document, parameters }: Values): string {
  const constant = document.constants[name];
  if (constant !== undefined) return constant;
  const declared = document.parameters.find((parameter) => parameter.name === name);
  const value = parameters[name] ?? declared?.default;
  if (value === undefined) throw new Error(`parameter '${name}' has no value`);
  const refused = declared && notAllowed(declared, value);
  if (refused) throw new Error(refused);
  return value;
}

function chained(reference: Extract<Reference, { kind: 'chain' }>, records: readonly StepRecord[]): string {
  const { phase, step, side, index, field } = reference;
  const record = records.findLast((other) => other.phase === phase && other.step === step);
  const from: Json = side === 'outputs' ? ({ ...record?.outputs } as Json) : (record?.inputs ?? null);
  const chosen = Array.isArray(from) ? from[index ?? 0] : from;
  const value = chosen && typeof chosen === 'object' && !Array.isArray(chosen) ? chosen[field] : undefined;
  if (value === undefined || value === null) {
    const why = record ? `it ended as ${record.status}` : 'it has not run';
    throw new Error(`step '${step}' in phase '${phase}' has no ${side} '${field}': ${why}`);
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
