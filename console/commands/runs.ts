import { duration, moment, oneLine, short, table } from '../../cli/text';
import type { Command } from '../command';
import type { Pipeline } from '../pipeline/pipeline';
import { type PipelineRun, runOf } from '../pipeline/runs';
import { limitOf } from './limit';

/** Executions whose actions are read concurrently. */
const AT_ONCE = 5;

/** Lists the executions of the pipeline, the latest first. */
export const runs: Command = async ({ request, clock, pipeline: open }) => {
  const limit = limitOf(request.options.limit);
  const pipeline = await open();
  const found = await latest(pipeline, { limit, onlyFailed: request.options.failed === true });
  if (found.length === 0) {
    const what = request.options.failed ? 'no execution has failed' : 'the pipeline has not run yet';
    return { ok: true, lines: [what], data: [] };
  }
  const head = ['STARTED (UTC)', 'TOOK', 'EXECUTION', 'STATUS', 'COMMIT', 'TRIGGER', 'SUBJECT', 'NOTE'];
  const rows = found.map((run) => row(run, clock.now()));
  return { ok: true, lines: table(head, rows), data: found.map(record) };
};

async function latest(pipeline: Pipeline, { limit, onlyFailed }: { limit: number; onlyFailed: boolean }) {
  const summaries = [];
  for await (const summary of pipeline.executions()) {
    if (onlyFailed && summary.status !== 'Failed') continue;
    if (summaries.push(summary) === limit) break;
  }
  const found: PipelineRun[] = [];
  for (let from = 0; from < summaries.length; from += AT_ONCE) {
    const some = summaries.slice(from, from + AT_ONCE).map(async (summary) => {
      const id = summary.pipelineExecutionId ?? '';
      return runOf(summary, summary.status === 'Failed' ? await pipeline.actionsOf(id) : []);
    });
    found.push(...(await Promise.all(some)));
  }
  return found;
}

function row(run: PipelineRun, now: Date): string[] {
  const { executionId, status, startedAt, endedAt, commitId = '', subject = '', trigger } = run;
  const took = duration((endedAt ?? now).getTime() - startedAt.getTime());
  return [
    ...[moment(startedAt), took, short(executionId), status, short(commitId), trigger],
    ...[oneLine(subject, 40), note(run)],
  ];
}

function note({ failure, rollback }: PipelineRun): string {
  const back = rollback ? [`rolls back to execution ${short(rollback.target)}`] : [];
  const failed = failure ? [`${failure.stage} / ${failure.action}: ${oneLine(failure.message, 100)}`] : [];
  return [...back, ...failed].join('; ');
}

/** A run as programs read it. */
function record({ startedAt, endedAt, ...rest }: PipelineRun) {
  return { ...rest, startedAt: startedAt.toISOString(), endedAt: endedAt?.toISOString() };
}
