import { approvalCause, functionCause, otherCause, saidOf, sourceCause } from './action-causes';
import { buildCause } from './build-cause';
import type { ActionFacts, Evidence, ExecutionFacts, RuleFacts } from './evidence';
import { type Finder, type Found, historyOf } from './found';
import { Reader } from './reader';
import { stackCause } from './stack-cause';

/** Reason why an execution did not succeed. */
export interface Explanation extends Found {
  readonly stage: string;
  readonly action: string;
  /** Sources that could not be read in the search. */
  readonly unread: readonly string[];
}

/** An execution without a failure. */
export interface NoFailure {
  readonly status: string;
  readonly because: string;
}

/** Finders of a failed action's cause, by provider. */
const FINDERS: Readonly<Record<string, Finder>> = {
  CloudFormation: stackCause,
  CodeBuild: buildCause,
  Lambda: functionCause,
  Manual: approvalCause,
  CodeCommit: sourceCause,
  S3: sourceCause,
  CodeStarSourceConnection: sourceCause,
};

/** Finds why an execution of the pipeline failed or stopped: from the first failed action down to its cause. */
export async function explain(evidence: Evidence, pipeline: string): Promise<Explanation | NoFailure> {
  const reader = new Reader();
  const execution = await evidence.execution();
  const fine = NO_FAILURE[execution.status];
  if (fine) return { status: execution.status, because: fine };
  const actions = latestRuns(await reader.read('the actions', evidence.actions(), []));
  const action = culprit(actions);
  if (execution.status !== 'Failed') return stopped({ execution, actions, reader, pipeline });
  if (!action) {
    const rule = failedRule(await reader.read('the conditions', evidence.rules(), []));
    if (rule) {
      const { stage, rule: name, message = 'CodePipeline gave no reason' } = rule;
      const cause = saidOf({ error: { code: 'JobFailed', message } });
      return { stage, action: 'entry', resource: name, cause, log: historyOf(pipeline), unread: reader.unread };
    }
    const unknown = reader.unread.length > 0 ? 'the execution failed' : 'the execution failed, and no action of it did';
    const cause = execution.statusSummary ?? unknown;
    return { stage: '-', action: '-', resource: pipeline, cause, log: historyOf(pipeline), unread: reader.unread };
  }
  const find = FINDERS[action.provider] ?? otherCause;
  const found = await find({ pipeline, action, evidence, reader });
  return { stage: action.stage, action: action.action, ...found, unread: reader.unread };
}

const NO_FAILURE: Readonly<Record<string, string>> = {
  Succeeded: 'it has succeeded',
  InProgress: 'it is still running',
  Stopping: 'a person is stopping it',
  Superseded: 'a newer execution superseded it while it waited; that is no failure',
};

/** Returns the run of each action that counts: a retry has put earlier ones aside (A20). */
function latestRuns(actions: readonly ActionFacts[]): ActionFacts[] {
  const latest = new Map<string, ActionFacts>();
  for (const run of [...actions].sort((one, other) => one.startedAt.localeCompare(other.startedAt))) {
    latest.set(`${run.stage}/${run.action}`, run);
  }
  return [...latest.values()];
}

/** Returns the action that failed first: those beside it may have failed because of it. */
function culprit(actions: readonly ActionFacts[]): ActionFacts | undefined {
  const endOf = ({ endedAt, startedAt }: ActionFacts) => endedAt ?? startedAt;
  return actions
    .filter(({ status }) => status === 'Failed')
    .sort((one, other) => endOf(one).localeCompare(endOf(other)))[0];
}

/** The rule that failed first in the condition that was checked last. */
function failedRule(rules: readonly RuleFacts[]): RuleFacts | undefined {
  return rules
    .filter(({ status }) => status === 'Failed')
    .sort((one, other) => one.endedAt.localeCompare(other.endedAt))
    .find(({ stage }, _, failed) => stage === failed.at(-1)?.stage);
}

/** A person, or a change of the pipeline, ended it. An abandoned action may still run (A19). */
function stopped({
  execution: { status, stopReason, statusSummary },
  actions,
  reader,
  pipeline,
}: {
  execution: ExecutionFacts;
  actions: readonly ActionFacts[];
  reader: Reader;
  pipeline: string;
}): Explanation {
  const abandoned = actions.find((action) => action.status === 'Abandoned');
  const last = abandoned ?? actions.at(-1);
  const why =
    status === 'Cancelled'
      ? (statusSummary ?? 'cancelled, because the pipeline was changed while it ran')
      : `stopped by a person: ${stopReason || statusSummary || 'no reason was given'}`;
  const still = abandoned ? `; ${abandoned.provider} was not stopped, and may still be running` : '';
  return {
    stage: last?.stage ?? '-',
    action: last?.action ?? '-',
    resource: pipeline,
    cause: `${why}${still}`,
    log: historyOf(pipeline),
    unread: reader.unread,
  };
}
