import type { ScopedRuntime } from '../composition/compose';
import type { Clock } from '../kernel/clock';
import type { EventBus, ExecutionEnd } from '../kernel/events';
import { UserMistake } from '../kernel/failure';
import type { Progress } from '../terminal/progress';
import type { DeclaredPipeline } from './declared-pipeline';
import { runEnd } from './run-end';

export interface Delivery {
  /** The pipeline's. */
  readonly place: ScopedRuntime;
  readonly pipeline: DeclaredPipeline;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly project: string;
  readonly progress: Progress;
}

/**
 * Pushes HEAD before the pipeline is created, which starts the pipeline. Resolves with an object whose member settles
 * at the end of the execution, since that end comes much later.
 */
export async function awaitCreation(delivery: Delivery): Promise<{ readonly ended: Promise<ExecutionEnd> }> {
  const ended = runEnd(delivery.bus, delivery.clock, delivery.pipeline.name);
  await pushHead(delivery);
  return { ended };
}

/** Pushes HEAD to the pipeline's branch and runs the pipeline on it. Resolves with the result of the run. */
export async function deliverHead(delivery: Delivery): Promise<ExecutionEnd> {
  const { place, pipeline, bus, clock } = delivery;
  const ended = runEnd(bus, clock, pipeline.name);
  // A branch that moved starts the pipeline by its event, as any push does.
  if (!(await pushHead(delivery))) {
    place.pipelines.start(pipeline.name, { trigger: 'StartPipelineExecution', detail: place.principal.arn });
  }
  return ended;
}

/**
 * Pushes HEAD to the branch and resolves with true if the branch moved. A branch that is ahead of HEAD stays, and a
 * line reports this.
 */
async function pushHead({ place, pipeline, project, progress }: Delivery): Promise<boolean> {
  const { repository, branch } = pipeline;
  const { state, commitId } = await place.codeCommit.seed(repository, project, branch);
  if (state === 'diverged') {
    throw new UserMistake(
      project,
      `HEAD and the branch ${branch} of the local repository ${repository} have diverged`,
      'bring them together with git, or start with --fresh to forget the local one',
    );
  }
  if (state === 'ahead') {
    progress.say(
      `the branch ${branch} of the local repository ${repository} is ahead of HEAD: its commit ${commitId.slice(0, 10)} runs, ` +
        'with the pipeline and the environments of HEAD; git pull it to have both the same',
    );
  }
  return state !== 'up-to-date' && state !== 'ahead';
}
