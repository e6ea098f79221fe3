import type { ActionFacts } from './evidence';
import { type Finder, historyOf } from './found';
import { lineThatMatters, nameOf, plainly } from './words';

/** Returns CodePipeline's message about the action, shortened. */
export function saidOf({ error, summary }: Pick<ActionFacts, 'error' | 'summary'>): string {
  const message = plainly(error?.message || summary || 'CodePipeline gave no reason').replace(OWN_ERRORS, '');
  // CodePipeline's own code for a failure has no information; others (PermissionError, ConfigurationError) have.
  const code = error?.code && error.code !== 'JobFailed' ? `${error.code}: ` : '';
  return message.startsWith(code) ? message : `${code}${message}`;
}

/** The classes of our functions' errors, whose messages suffice. */
const OWN_ERRORS = /^(?:Error|NotVerified|NotDeployable|NotGoodBefore|ParametersMistake): /;

/** Rejected by a person, or expired (A57). */
export const approvalCause: Finder = async ({ action, pipeline }) => {
  const { updatedBy, summary, error } = action;
  const log = historyOf(pipeline);
  const text = summary ?? error?.message ?? '';
  if (updatedBy) {
    const reason = text && !text.includes(updatedBy) ? `: ${text}` : ' without a summary';
    return { resource: 'approval', cause: `rejected by ${nameOf(updatedBy)}${reason}`, log };
  }
  // A failure that is neither an answer nor a time-out is a topic that could not be notified.
  const isMistake = error?.code !== undefined && error.code !== 'JobFailed';
  const cause = isMistake ? saidOf(action) : `expired without an answer${text ? ` (${plainly(text)})` : ''}`;
  return { resource: 'approval', cause, log };
};

/** A function reports its own failure. If it reported nothing (A42), its log may have the cause. */
export const functionCause: Finder = async ({ action, evidence, reader }) => {
  const name = action.configuration['FunctionName'] ?? 'function';
  const group = `/aws/lambda/${name}`;
  const reason = saidOf(action);
  const isSilent = /failed to return a result/.test(reason);
  const lines = isSilent ? await reader.read(`the log ${group}`, evidence.logTail({ group }, action.place), []) : [];
  const last = lineThatMatters(lines);
  const cause = isSilent ? `it never answered the pipeline${last ? `; its log ends with: ${last}` : ''}` : reason;
  return { resource: name, cause, log: group };
};

export const sourceCause: Finder = async ({ action, pipeline }) => {
  const { RepositoryName, FullRepositoryId, S3Bucket, BranchName, S3ObjectKey } = action.configuration;
  const where = [RepositoryName ?? FullRepositoryId ?? S3Bucket, BranchName ?? S3ObjectKey].filter(Boolean);
  return { resource: where.join(' ') || action.provider, cause: saidOf(action), log: historyOf(pipeline) };
};

export const otherCause: Finder = async ({ action, pipeline }) => ({
  resource: action.externalId ?? action.provider,
  cause: saidOf(action),
  log: action.externalUrl ?? historyOf(pipeline),
});
