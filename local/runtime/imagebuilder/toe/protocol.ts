import type { RunStatus, StepStatus } from '../document/run';

/** Input of the guest program: JSON objects, a line each. They run until one fails. */
export interface Order {
  /** The component's build-version ARN, or a person's name for the document. */
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
  /** Factor by which the delay of the Reboot action passes faster. */
  readonly timeScale: number;
}

/** Output of the guest program: one JSON object a line. */
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
  /** Last lines that the step printed, at most `LAST_LINES`. */
  readonly lastLines: readonly string[];
}

export const LAST_LINES = 20;

/** Exit codes of the guest program. 194 means "reboot and run me again" for the Systems Manager agent (D11). */
export const EXIT = { success: 0, failed: 1, broken: 2, reboot: 194 } as const;
