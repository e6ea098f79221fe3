import type { Clock } from '../../../kernel/clock';
import type { Json } from '../document/document';
import type { Outputs } from '../document/run';
import type { AwsClients } from './aws-clients';

/** Executes one item of a step's inputs. Throws an `Error` whose message is the reason of the step's failure. */
export type StepAction = (input: ActionInput, context: ActionContext) => Promise<StepResult>;

export interface ActionContext {
  /** Aborted when the step's time is up. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly aws: AwsClients;
  /** Folder for the scripts of a step. */
  readonly folder: string;
  print(text: string, stream: 'stdout' | 'stderr'): void;
  /** Runs another document as part of this step. */
  nested(request: NestedRequest): Promise<StepResult>;
}

export interface NestedRequest {
  /** Identity of the document, to notice a document that runs itself. */
  readonly source: string;
  readonly document: string;
  /** Undefined: all of them. */
  readonly phases?: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

export type StepResult = { readonly outputs: Outputs } | { readonly reboot: 'same-step' | 'next-step' };

/** Result of actions without output. */
export const DONE: StepResult = { outputs: {} };

/** One item of a step's inputs with resolved references; its form was checked with the document. */
export class ActionInput {
  constructor(private readonly fields: Readonly<Record<string, Json>>) {}

  text(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw new Error(`input '${name}' is missing`);
    return value;
  }

  optional(name: string): string | undefined {
    const value = this.fields[name];
    return value === undefined || value === null ? undefined : String(value);
  }

  /** A reference may have inserted text in place of true or false. */
  flag(name: string, otherwise: boolean): boolean {
    const value = this.optional(name)?.toLowerCase();
    if (value === undefined) return otherwise;
    if (value === 'true' || value === 'false') return value === 'true';
    throw new Error(`input '${name}' must be true or false, not '${value}'`);
  }

  texts(name: string): string[] {
    const value = this.fields[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  whole(name: string, otherwise: number): number {
    const value = Number(this.optional(name) ?? otherwise);
    if (Number.isInteger(value) && value >= 0) return value;
    throw new Error(`input '${name}' must be a whole number, not '${this.optional(name)}'`);
  }

  /** An octal mode. */
  mode(name: string): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    if (/^[0-7]{3,4}$/.test(value)) return Number.parseInt(value, 8);
    throw new Error(`input '${name}' must be an octal mode such as '0644', not '${value}'`);
  }

  pairs(name: string): Record<string, string> {
    const value = this.fields[name];
    const items = (Array.isArray(value) ? value : []) as { name: string; value: string }[];
    return Object.fromEntries(items.map((item) => [item.name, item.value]));
  }
}
