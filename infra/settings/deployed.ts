import { ROLL_PARAMETERS } from '../constructs/stages/roll-stage';
import { elsewhereOf } from './places';
import type { EnvironmentSettings, Settings } from './types';

/** The environment variable of the Synth build that holds the shape of the deployed pipeline, as JSON. */
export const DEPLOYED_PIPELINE = 'DEPLOYED_PIPELINE';

/** A commit whose templates the deployed pipeline cannot deploy. Its message has a line for each reason. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
}

/**
 * The part of a pipeline that a commit's templates must match. It is `undefined` for older pipelines, which publish
 * less.
 */
export interface PipelineShape {
  readonly name: string;
  readonly environments: readonly string[];
  /** Each environment's stages, by its name. */
  readonly stages?: Readonly<Record<string, StageShape>>;
  /** The names of the parameters that it gives to the template of a fleet. */
  readonly parameters?: readonly string[];
}

interface StageShape {
  readonly approval: boolean;
  /** `account/region`, or that of the pipeline. */
  readonly place: string;
}

export function shapeOf(settings: Settings): PipelineShape {
  const stageOf = (environment: EnvironmentSettings): StageShape => {
    const place = elsewhereOf(settings, environment);
    return {
      approval: environment.approval !== undefined,
      place: place ? `${place.account}/${place.region}` : "the pipeline's place",
    };
  };
  const { name, environments } = settings;
  return {
    name,
    environments: environments.map((environment) => environment.name),
    stages: Object.fromEntries(environments.map((environment) => [environment.name, stageOf(environment)])),
    parameters: ROLL_PARAMETERS,
  };
}

/**
 * Throws a `Misfit` if a commit does not match the pipeline that runs it: a commit cannot add, remove or change stages,
 * so a person must deploy the pipeline first. `deployed` is undefined if no pipeline runs the synthesis.
 */
export function refuseMisfit(settings: Settings, deployed: string | undefined): void {
  if (deployed === undefined) return;
  const there = JSON.parse(deployed) as PipelineShape;
  const here = shapeOf(settings);
  const wrong = [
    ...(there.name === here.name
      ? []
      : [`the application is "${here.name}" in this commit and "${there.name}" in the deployed pipeline`]),
    ...missing(here.environments, there.environments).map(
      (name) => `environment "${name}" is in this commit but not in the deployed pipeline`,
    ),
    ...missing(there.environments, here.environments).map(
      (name) => `environment "${name}" is in the deployed pipeline but not in this commit`,
    ),
    ...here.environments.flatMap((name) => changedStage(name, here.stages?.[name], there.stages?.[name])),
    ...changedParameters(here.parameters, there.parameters),
  ];
  if (wrong.length === 0) return;
  throw new Misfit(wrong.map((line) => `${line}: ${REMEDY}`).join('\n'));
}

const REMEDY =
  'deploy it first with "npx cdk deploy --all" (a run on this machine is pointed to by: eval "$(npx server-pipeline status --env --local)"), then push again';

function missing(some: readonly string[], others: readonly string[]): string[] {
  return some.filter((one) => !others.includes(one));
}

function changedStage(name: string, here?: StageShape, there?: StageShape): string[] {
  if (!here || !there) return [];
  const asks = (approval: boolean) => (approval ? 'asks for approval' : 'asks nobody');
  return [
    ...(here.approval === there.approval
      ? []
      : [
          `environment "${name}" ${asks(here.approval)} in this commit and ${asks(there.approval)} in the deployed pipeline`,
        ]),
    ...(here.place === there.place
      ? []
      : [`environment "${name}" is in ${here.place} in this commit and in ${there.place} in the deployed pipeline`]),
  ];
}

function changedParameters(here: readonly string[] = [], there: readonly string[] = here): string[] {
  return [
    ...missing(here, there).map(
      (name) => `the fleets of this commit need ${name}, which the deployed pipeline does not pass`,
    ),
    ...missing(there, here).map(
      (name) => `the deployed pipeline gives ${name}, which the fleets of this commit do not take`,
    ),
  ];
}
