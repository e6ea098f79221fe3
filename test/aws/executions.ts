import {
  CodePipelineClient,
  ListPipelineExecutionsCommand,
  type PipelineExecutionSummary,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { until } from '../rig/until';
import { checkTime, type Trial } from './trial';

/** Waits for the end of the execution that took a commit, and returns how it ended, `Succeeded` for example. */
export async function endOf(trial: Trial, commit: string): Promise<string> {
  let status = '';
  await until(async () => {
    checkTime(trial);
    const own = (await executions(trial)).find(({ sourceRevisions = [] }) => sourceRevisions[0]?.revisionId === commit);
    const next = own?.status ?? '';
    if (next !== status) trial.transcript.note(`${commit.slice(0, 8)}: ${next}`);
    status = next;
    return status !== '' && !isRunning({ status: own?.status });
  }, trial.everyMs);
  return status;
}

/** Waits until no execution runs: one that failed may be followed by the rollback of its stage. */
export async function quiet(trial: Trial): Promise<void> {
  await until(async () => {
    checkTime(trial);
    return !(await executions(trial)).some(isRunning);
  }, trial.everyMs);
}

/** Stops running executions without waiting for their actions. */
export async function stopAll(trial: Trial): Promise<void> {
  for (const { pipelineExecutionId } of (await executions(trial)).filter(isRunning)) {
    const stop = { pipelineName: trial.name, pipelineExecutionId, abandon: true, reason: 'The trial is over' };
    await client().send(new StopPipelineExecutionCommand(stop));
  }
}

const client = () => new CodePipelineClient({});

const isRunning = ({ status }: PipelineExecutionSummary) => status === 'InProgress' || status === 'Stopping';

/** The latest ones first. */
async function executions({ name }: Trial): Promise<PipelineExecutionSummary[]> {
  const asked = new ListPipelineExecutionsCommand({ pipelineName: name });
  return (await client().send(asked)).pipelineExecutionSummaries ?? [];
}
