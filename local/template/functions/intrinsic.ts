import type { Environment, Json } from '../template';

/** The parts of a template that differ in which functions they allow. */
export type Block = 'values' | 'conditions' | 'rules';

/** One intrinsic function: one row of the registry (E27). */
export interface Intrinsic {
  readonly allowedIn: readonly Block[];
  /** Returns CloudFormation's message for an argument that is invalid for any values of its nested functions. */
  check(argument: Json): string | undefined;
  /** Returns its value; undefined is `AWS::NoValue`. Throws `Unresolved` if a resource does not exist yet. */
  evaluate(argument: Json, evaluation: Evaluation): Json | undefined;
  /** For a function that only chooses among its arguments: the one it chooses, not resolved. */
  choose?(argument: Json, environment: Environment): Json;
}

export interface Evaluation {
  readonly environment: Environment;
  /** The value of an argument, nested functions done. */
  resolve(value: Json): Json | undefined;
}

export const EVERYWHERE: readonly Block[] = ['values', 'conditions', 'rules'];
export const VALUES_AND_CONDITIONS: readonly Block[] = ['values', 'conditions'];
export const VALUES: readonly Block[] = ['values'];
export const BOOLEANS: readonly Block[] = ['conditions', 'rules'];
export const RULES: readonly Block[] = ['rules'];
