import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnPipeline } from 'aws-cdk-lib/aws-codepipeline';
import type { Construct } from 'constructs';
import { declareStage, type Stage as PipelineStage } from '../constructs/actions/action';
import { SourceTrigger } from '../constructs/actions/source-trigger';
import { ArtifactBucket } from '../constructs/artifacts/artifact-bucket';
import type { ArtifactStore } from '../constructs/artifacts/artifact-store';
import { artifactBucketProps, artifactStoresElsewhere, pipelineStores } from '../constructs/artifacts/artifact-stores';
import { ImageConfigurations } from '../constructs/artifacts/image-configurations';
import { ImageVersion } from '../constructs/artifacts/image-version';
import { publishedText } from '../constructs/artifacts/published';
import { EnvironmentFunctions } from '../constructs/functions/environment-functions';
import { FailureExplainer } from '../constructs/functions/failure-explainer';
import { regional } from '../constructs/roles/arn';
import { BuilderProfile } from '../constructs/roles/builder-profile';
import { ImageDeploymentRole } from '../constructs/roles/image-deployment-role';
import { PipelineRole } from '../constructs/roles/pipeline-role';
import { reach } from '../constructs/roles/reach';
import { ApprovalStage } from '../constructs/stages/approval-stage';
import { bakeStage } from '../constructs/stages/bake-stage';
import { BuildStage } from '../constructs/stages/build-stage';
import { rollStage } from '../constructs/stages/roll-stage';
import { sourceStage } from '../constructs/stages/source-stage';
import { versionStage } from '../constructs/stages/version-stage';
import { type EnvironmentParameter, environmentParameter, imageParameters, pipelineRoleName } from '../names';
import { environmentsElsewhere } from '../settings/places';
import type { EnvironmentSettings, Settings } from '../settings/types';

export interface PipelineStackProps extends StackProps {
  readonly settings: Settings;
  /** Files of the commit's templates, in the output of the synth build. */
  readonly imageTemplate: string;
  readonly fleets: readonly { readonly environment: EnvironmentSettings; readonly template: string }[];
}

/** From a commit to fleets: source → compile, synth → version → bake → each environment, perhaps asked for before. */
export class PipelineStack extends Stack {
  private readonly settings: Settings;
  private readonly artifacts: ArtifactStore;
  private readonly roles: PipelineRole;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, { description: `The pipeline of ${props.settings.name}: from a commit to fleets.`, ...props });
    const { settings } = props;
    const { name, source } = settings;
    this.settings = settings;

    const repositoryArn = regional('codecommit', source.repository);
    this.artifacts = new ArtifactBucket(this, 'Artifacts', artifactBucketProps(settings)).store;
    const { artifacts } = this;
    const others = artifactStoresElsewhere(settings);
    const reachesOut = environmentsElsewhere(settings).length > 0;
    this.roles = new PipelineRole(this, 'PipelineRole', {
      // Roles elsewhere trust it by its name.
      name,
      roleName: reachesOut ? pipelineRoleName(name) : undefined,
      artifacts,
      others: [...others.values()],
    });
    const version = new ImageVersion(this, 'ImageVersion', { settings, repositoryArn });
    const functions = new EnvironmentFunctions(this, 'Functions', { settings, roles: this.roles });
    const builder = new BuilderProfile(this, 'Builder', { name, artifacts });

    const stages: PipelineStage[] = [
      sourceStage(this.roles, { source, repositoryArn, artifacts }),
      new BuildStage(this, 'Build', { settings, roles: this.roles, artifacts }),
      versionStage(this.roles, version.increment),
      this.bake(builder, { template: props.imageTemplate, functions }),
      ...this.environments(props.fleets, functions),
    ];
    const pipeline = new CfnPipeline(this, 'Pipeline', {
      name,
      pipelineType: 'V2',
      // The execution inside a stage is never disturbed, with any mode for those that wait (A12, A13).
      executionMode: settings.executionMode ?? 'SUPERSEDED',
      roleArn: this.roles.arn,
      ...pipelineStores(settings, artifacts, others),
      stages: stages.map(declareStage),
    });
    new FailureExplainer(this, 'Failures', { settings, notify: settings.notify ?? [] });
    new SourceTrigger(this, 'Trigger', {
      name,
      branch: source.branch,
      repositoryArn,
      pipelineArn: regional('codepipeline', name),
    });
    // AWS starts the pipeline as soon as it exists. Created last, it finds every resource, and a failed deployment
    // has not run it.
    for (const other of this.node.children) if (other !== pipeline) pipeline.node.addDependency(other);
  }

  private bake(
    builder: BuilderProfile,
    { template, functions }: { template: string; functions: EnvironmentFunctions },
  ): PipelineStage {
    const { name } = this.settings;
    const configurations = new ImageConfigurations(this, 'Images', { settings: this.settings, builder });
    const deployment = new ImageDeploymentRole(this, 'ImageDeployment', { name, builder, configurations });
    return bakeStage({
      name,
      roles: this.roles,
      artifacts: this.artifacts,
      deploymentRoleArn: deployment.arn,
      template,
      reads: imageParameters(name),
      prepare: functions.prepareDeployment,
    });
  }

  /** Returns each environment's stage, after its approval stage if it has one. */
  private environments(fleets: PipelineStackProps['fleets'], functions: EnvironmentFunctions): PipelineStage[] {
    const { name } = this.settings;
    const { roles, artifacts } = this;
    const reached = fleets.map(({ environment }) => ({ environment, far: reach(this.settings, environment) }));
    return fleets.flatMap(({ environment, template }, index) => {
      const { far } = reached[index]!;
      const published = (id: string, parameter: EnvironmentParameter) =>
        publishedText(this, `${id}-${environment.name}`, environmentParameter(name, environment.name, parameter));
      const roll = rollStage({
        name,
        environment,
        roles,
        artifacts,
        template,
        functions,
        earlier: reached.slice(0, index),
        at: far ?? {
          deploymentRoleArn: published('FleetDeploymentRole', 'fleet-deployment-role-arn'),
          url: published('Url', 'url'),
        },
      });
      if (!environment.approval) return [roll];
      const asks = { name, environment, roles, functions, reach: far };
      return [new ApprovalStage(this, `Approve-${environment.name}`, asks), roll];
    });
  }
}
