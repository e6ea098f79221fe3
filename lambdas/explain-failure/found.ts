import type { ActionFacts, Evidence, StackEventFacts } from './evidence';
import type { Reader } from './reader';

/** What an action failed at. */
export interface Found {
  /** What was being made or done: a resource, a build, a function, an approval. */
  readonly resource: string;
  readonly cause: string;
  /** Where more is written. */
  readonly log: string;
}

/** What a finder works with. */
export interface Case {
  readonly pipeline: string;
  readonly action: ActionFacts;
  readonly evidence: Evidence;
  readonly reader: Reader;
}

/** What is known of a resource beyond its events; without a log of its own, those are it. */
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
