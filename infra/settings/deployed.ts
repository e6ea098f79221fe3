import type { Settings } from './types';

/** The environment variable of the Synth build that holds the shape of the deployed pipeline, as JSON. */
export const DEPLOYED_PIPELINE = 'DEPLOYED_PIPELINE';

/** A commit whose templates the deployed pipeline cannot deploy. Its message has a line for each reason. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
}

/** The part of a pipeline that a commit's templates must agree with: it has a stage for each environment. */
export interface PipelineShape {
  readonly name: string;
  readonly environments: readonly string[];
}

export function shapeOf({ name, environments }: Settings): PipelineShape {
  return { name, environments: environments.map((environment) => environment.name) };
}

/**
 * Throws a `Misfit` if a commit does not fit the pipeline that runs it: a commit cannot add or remove stages, so
 * that a person has to deploy the pipeline first. `deployed` is undefined where no pipeline runs the synthesis.
 */
export function refuseMisfit(settings: Settings, deployed: string | undefined): void {
  if (deployed === undefined) return;
  const there = JSON.parse(deployed) as PipelineShape;
  const here = shapeOf(settings);
  const wrong = [
    ...(there.name === here.name
      ? []
      : [`the application is "${here.name}" in this commit and "${there.name}" in the deployed pipeline`]),
    ...missing(here, there).map((name) => `environment "${name}" is in this commit but not in the deployed pipeline`),
    ...missing(there, here).map((name) => `environment "${name}" is in the deployed pipeline but not in this commit`),
  ];
  if (wrong.length === 0) return;
  throw new Misfit(wrong.map((line) => `${line}: ${REMEDY}`).join('\n'));
}

const REMEDY =
  'deploy it first with "npx cdk deploy --all" (a run on this machine is pointed to by: eval "$(npm run --silent status -- --env)"), then push again';

function missing(one: PipelineShape, other: PipelineShape): string[] {
  return one.environments.filter((name) => !other.environments.includes(name));
}
