import { App, DefaultStackSynthesizer, type Environment, Stage } from 'aws-cdk-lib';
import { regionsElsewhere } from './constructs/artifacts/artifact-stores';
import {
  artifactsStackName,
  environmentStackName,
  fleetStackName,
  imageStackName,
  pipelineStackName,
  repositoryStackName,
} from './names';
import { readSettings } from './settings';
import { DEPLOYED_PIPELINE, Misfit, refuseMisfit } from './settings/deployed';
import { SettingsMistake } from './settings/mistakes';
import { elsewhereOf, homeOf, type Place } from './settings/places';
import type { Settings } from './settings/types';
import { ArtifactsStack } from './stacks/artifacts-stack';
import { EnvironmentStack } from './stacks/environment-stack';
import { FleetStack } from './stacks/fleet-stack';
import { ImageStack } from './stacks/image-stack';
import { PipelineStack } from './stacks/pipeline-stack';
import { RepositoryStack } from './stacks/repository-stack';

/**
 * Declares every stack. A person deploys the top-level ones: the repository, each environment's network, load balancer
 * and roles, and the pipeline. The pipeline deploys the stacks of the stage `commit`, as each commit synthesizes them.
 */
export function declareStacks(app: App, settings: Settings): void {
  const { name } = settings;
  const home = homeOf(settings);
  const commit = new Stage(app, 'commit');
  const ofCommit = () => ({
    // Their templates go through the pipeline with everything in them: no assets, and no look at a bootstrap version.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
  });
  const image = new ImageStack(commit, 'image', {
    ...ofCommit(),
    env: home,
    stackName: imageStackName(name),
    settings,
  });
  const repository = new RepositoryStack(app, 'repository', {
    env: home,
    stackName: repositoryStackName(name),
    settings,
  });
  const environments = settings.environments.map((environment) => {
    const env = placeOf(elsewhereOf(settings, environment) ?? home);
    return {
      settings: environment,
      stack: new EnvironmentStack(app, `${environment.name}-environment`, {
        env,
        stackName: environmentStackName(name, environment.name),
        settings,
        environment,
      }),
      fleet: new FleetStack(commit, `${environment.name}-fleet`, {
        ...ofCommit(),
        env,
        stackName: fleetStackName(name, environment.name),
        name,
        environment,
      }),
    };
  });
  const pipeline = new PipelineStack(app, 'pipeline', {
    env: home,
    stackName: pipelineStackName(name),
    settings,
    imageTemplate: image.templateFile,
    fleets: environments.map(({ settings: environment, fleet }) => ({ environment, template: fleet.templateFile })),
  });
  const artifacts = regionsElsewhere(settings).map(
    (region) =>
      new ArtifactsStack(app, `artifacts-${region}`, {
        env: home && { account: home.account, region },
        stackName: artifactsStackName(name, region),
        settings,
        region,
      }),
  );
  // First, because it fails before anything else is created if its name is taken.
  const deployedBefore = [...environments.map(({ stack }) => stack), ...artifacts];
  for (const stack of deployedBefore) stack.addStackDependency(repository);
  // It reads the parameters that the environments publish, assumes their roles, and refers to the buckets by name.
  for (const stack of deployedBefore) pipeline.addStackDependency(stack);
}

/** Returns the place for the CDK; undefined is the place of the deploying caller. */
function placeOf(place: Place | undefined): Environment | undefined {
  return place && { account: place.account, region: place.region };
}

/** Creates an app with the same templates in every synthesis, by the CDK CLI or without it. */
export function plainApp(outdir: string): App {
  return new App({
    outdir,
    analyticsReporting: false,
    // It takes longer than everything else here. The tests run it.
    builtinCloudFormationValidation: false,
    stackTraces: false,
    treeMetadata: false,
  });
}

function synthesize(): void {
  const app = plainApp(process.env.CDK_OUTDIR ?? 'cdk.out');
  const settings = readSettings(app.node);
  refuseMisfit(settings, process.env[DEPLOYED_PIPELINE]);
  declareStacks(app, settings);
  app.synth();
}

if (require.main === module) {
  try {
    synthesize();
  } catch (error) {
    if (!(error instanceof SettingsMistake || error instanceof Misfit)) throw error;
    // A mistake in the settings: a stack trace would hide the message.
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
