import type { Commit } from '@aws-sdk/client-codecommit';
import { cleanSubject } from './subject';

export interface Origin {
  readonly imageVersion: string;
  readonly executionId: string;
  readonly commitId: string;
  readonly repository: string;
  readonly branch: string;
  readonly commit: Commit;
}

/**
 * Returns the tags of the image, as the action's output variables. CodePipeline inserts them into JSON unescaped (A27),
 * so each has only characters that need no escaping, and none is empty.
 */
export function provenance({ commit, ...origin }: Origin): Record<string, string> {
  return {
    ImageVersion: origin.imageVersion,
    CommitId: origin.commitId,
    CommitSubject: cleanSubject(commit.message ?? ''),
    Branch: origin.branch,
    Repository: origin.repository,
    AuthorDate: isoDate(commit.author?.date),
    ExecutionId: origin.executionId,
  };
}

/** `1763683200 +0100`, as git has it, in UTC: `2025-11-21T00:00:00Z`. */
function isoDate(date = ''): string {
  const seconds = /^\d{1,11}(?=\s|$)/.exec(date)?.[0];
  return seconds ? new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z') : 'unknown';
}
