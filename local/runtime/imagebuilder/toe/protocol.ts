import type { RunStatus, StepStatus } from '../document/run';

/** What the service writes to the guest program's standard input: JSON objects, a line each. They run until one fails. */
export interface Order {
  /** The component's build-version ARN, or how a person calls the document. */
  readonly source: string;
  readonly document: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Phases to run now. Steps of phases that ran before under the same folder can be chained to. */
  readonly phases: readonly string[];
  readonly executionId: string;
  /** `/var/lib/amazon/toe/TOE_<time>_<id>` (D14). State that outlives a reboot is kept there too. */
  readonly folder: string;
  readonly accountId: string;
  readonly region: string;
  /** How many times faster the Reboot action's delay passes. */
  readonly timeScale: number;
}

/** What the guest program writes to its standard output: one JSON object a line. */
export type Report =
  /** A line of console.log. */
  | { readonly type: 'log'; readonly text: string }
  | ({ readonly type: 'step'; readonly status: StepStatus } & StepReport)
  | { readonly type: 'end'; readonly status: RunStatus; readonly failure?: StepReport };

export interface StepReport {
  readonly phase: string;
  readonly step: string;
  readonly action: string;
  readonly message?: string;
  /** What the step printed last, at most `LAST_LINES` lines. */
  readonly lastLines: readonly string[];
}

export const LAST_LINES = 20;

/** Exit codes of the guest program. 194 is what the Systems Manager agent takes as "reboot and run me again" (D11). */
export const EXIT = { success: 0, failed: 1, broken: 2, reboot: 194 } as const;
