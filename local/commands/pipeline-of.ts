import type { Assembly } from '../assembly/assembly';
import type { LocalRuntime, ScopedRuntime } from '../compose';
import { UserMistake } from '../kernel/failure';

export const PIPELINE = 'AWS::CodePipeline::Pipeline';

export interface DeployedPipeline {
  readonly place: ScopedRuntime;
  readonly name: string;
}

/** The pipeline that the stacks of the assembly hold: others may be in the same state. `project` declares the assembly. */
export function pipelineOf(runtime: LocalRuntime, { stacks }: Assembly, project: string): DeployedPipeline {
  for (const { environment, stackName } of stacks) {
    const place = runtime.in(environment);
    const name = place.stacks.queries.resources(stackName).find(({ type }) => type === PIPELINE)?.live?.physicalId;
    if (name) return { place, name };
  }
  throw new UserMistake(project, 'declares no pipeline');
}
