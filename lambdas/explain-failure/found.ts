import type { ActionFacts, Evidence, StackEventFacts } from './evidence';
import type { Reader } from './reader';

/** Cause of an action's failure. */
export interface Found {
  /** Resource that was created or changed: a resource, a build, a function, an approval. */
  readonly resource: string;
  readonly cause: string;
  /** Log with more details. */
  readonly log: string;
}

/** Input of a finder. */
export interface Case {
  readonly pipeline: string;
  readonly action: ActionFacts;
  readonly evidence: Evidence;
  readonly reader: Reader;
}

/** Facts about a resource beyond its events. Without a log of its own, its events are the log. */
export type Deeper = Omit<Found, 'log'> & { readonly log?: string };

export type Finder = (one: Case) => Promise<Found>;

/** The event that began the failure, and all events of that operation, oldest first. */
export interface FailedResource {
  readonly event: StackEventFacts;
  readonly operation: readonly StackEventFacts[];
}

export function historyOf(pipeline: string): string {
  return `history of the pipeline ${pipeline}`;
}
