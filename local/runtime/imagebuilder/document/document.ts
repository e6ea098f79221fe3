/** Plain data, as YAML gives it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A component document after every rule of the language was checked (D1–D13). */
export interface ComponentDocument {
  readonly name?: string;
  readonly description?: string;
  readonly parameters: readonly ParameterDeclaration[];
  readonly constants: Readonly<Record<string, string>>;
  readonly phases: readonly Phase[];
}

export interface ParameterDeclaration {
  readonly name: string;
  readonly default?: string;
  /** Absent: any value. */
  readonly allowedValues?: readonly string[];
  readonly description?: string;
}

export interface Phase {
  readonly name: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly name: string;
  readonly action: ActionName;
  /** Unresolved inputs. A list for the actions that take a list, else one object. */
  readonly inputs: Json;
  /** −1: no limit. It bounds one attempt, all iterations of a loop together (D8). */
  readonly timeoutSeconds: number;
  readonly onFailure: OnFailure;
  readonly maxAttempts: number;
  readonly condition?: Condition;
  readonly loop?: Loop;
  /** `disableLogging` of the step, its phase or the document: the output of the step is not logged. */
  readonly quiet: boolean;
}

export type OnFailure = 'Abort' | 'Continue' | 'Ignore';

export interface Condition {
  /** See `expression.ts`. References not yet replaced. */
  readonly expression: Json;
  readonly whenTrue: Branch;
  readonly whenFalse: Branch;
}

export type Branch = 'Abort' | 'Execute' | 'Skip';

export interface Loop {
  readonly name?: string;
  readonly over:
    | { readonly kind: 'range'; readonly start: number; readonly end: number; readonly updateBy: number }
    | { readonly kind: 'list'; readonly values: readonly string[] }
    | { readonly kind: 'delimited'; readonly list: string; readonly delimiter: string };
}

/** Actions on Linux (D9). The table of their inputs and outputs is `actions.ts`. */
export type ActionName = keyof typeof import('./actions').ACTIONS;

/** `TEST` if there is only a `test` phase, else `BUILD` (D4). */
export function componentType(document: ComponentDocument): 'BUILD' | 'TEST' {
  const names = document.phases.map((phase) => phase.name);
  return names.includes('test') && !names.includes('build') && !names.includes('validate') ? 'TEST' : 'BUILD';
}
