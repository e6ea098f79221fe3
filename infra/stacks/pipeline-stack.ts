import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnRepository } from 'aws-cdk-lib/aws-codecommit';
import { CfnPipeline } from 'aws-cdk-lib/aws-codepipeline';
import type { Construct } from 'constructs';
import { declareStage, type Stage as PipelineStage } from '../constructs/action';
import { regional } from '../constructs/arn';
import { ArtifactBucket } from '../constructs/artifact-bucket';
import { bakeStage } from '../constructs/bake-stage';
import { BuildStage } from '../constructs/build-stage';
import { BuilderProfile } from '../constructs/builder-profile';
import { ImageDeploymentRole } from '../constructs/image-deployment-role';
import { ImageVersion } from '../constructs/image-version';
import { invokeRole } from '../constructs/invoke-action';
import { NodeFunction } from '../constructs/node-function';
import { PipelineRole } from '../constructs/pipeline-role';
import { publish, publishedText } from '../constructs/published';
import { rollStage } from '../constructs/roll-stage';
import { sourceStage } from '../constructs/source-stage';
import { SourceTrigger } from '../constructs/source-trigger';
import { versionStage } from '../constructs/version-stage';
import { environmentParameter, imageParameter } from '../names';
import type { EnvironmentSettings, Settings } from '../settings/types';

export interface PipelineStackProps extends StackProps {
  readonly settings: Settings;
  /** The files of the commit's templates, in what the synth build leaves. */
  readonly imageTemplate: string;
  readonly fleets: readonly { readonly environment: EnvironmentSettings; readonly template: string }[];
}

/** From a commit to fleets: source → compile, synth → version → bake → each environment. */
export class PipelineStack extends Stack {
  private readonly settings: Settings;
  private readonly artifacts: ArtifactBucket;
  private readonly roles: PipelineRole;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, { description: `The pipeline of ${props.settings.name}: from a commit to fleets.`, ...props });
    const { settings } = props;
    const { name, source } = settings;
    this.settings = settings;

    const repository = new CfnRepository(this, 'Repository', { repositoryName: source.repository });
    repository.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.artifacts = new ArtifactBucket(this, 'Artifacts');
    const { artifacts } = this;
    this.roles = new PipelineRole(this, 'PipelineRole', { name, artifacts });
    const version = new ImageVersion(this, 'ImageVersion', { settings, repositoryArn: repository.attrArn });
    const builder = new BuilderProfile(this, 'Builder', { name, artifacts });

    const stages: PipelineStage[] = [
      sourceStage(this.roles, { repository, branch: source.branch, artifacts }),
      new BuildStage(this, 'Build', { settings, roles: this.roles, artifacts }),
      versionStage(this.roles, version.increment),
      this.bake(builder, props.imageTemplate),
      ...this.rolls(props.fleets),
    ];
    const pipeline = new CfnPipeline(this, 'Pipeline', {
      name,
      pipelineType: 'V2',
      // A commit that waits gives way to a newer one; one that runs in a stage is never disturbed (A12).
      executionMode: 'SUPERSEDED',
      roleArn: this.roles.arn,
      artifactStore: { type: 'S3', location: artifacts.name },
      stages: stages.map(declareStage),
    });
    // It is checked when it is made: what its role may do must be there before.
    pipeline.addResourceDependency(this.roles.permissions);
    new SourceTrigger(this, 'Trigger', {
      name,
      branch: source.branch,
      repositoryArn: repository.attrArn,
      pipelineArn: regional('codepipeline', pipeline.ref),
    });
  }

  private bake(builder: BuilderProfile, template: string): PipelineStage {
    const { name, environments } = this.settings;
    publish(this, 'PublishedBuilder', {
      name: imageParameter(name, 'instance-profile-name'),
      value: builder.profileName,
    });
    const buildEnvironment = environments[0]!.name;
    const deployment = new ImageDeploymentRole(this, 'ImageDeployment', { name, buildEnvironment, builder });
    return bakeStage({
      name,
      roles: this.roles,
      artifacts: this.artifacts,
      deploymentRoleArn: deployment.arn,
      template,
    });
  }

  private rolls(fleets: PipelineStackProps['fleets']): PipelineStage[] {
    const { name, image } = this.settings;
    const readCapacity = new NodeFunction(this, 'Capacity', {
      functionName: `${name}-read-fleet-capacity`,
      description: `Looks how large the fleets of ${name} are`,
      source: 'read-fleet-capacity',
      architecture: image.architecture,
      timeoutSeconds: 60,
      grants: {
        LookAtGroups: {
          actions: ['autoscaling:DescribeAutoScalingGroups'],
          because: 'Looking at groups knows no resources.',
        },
      },
    });
    const readCapacityRole = invokeRole(this.roles, 'Capacity', readCapacity);
    return fleets.map(({ environment, template }) => {
      const parameter = environmentParameter(name, environment.name, 'fleet-deployment-role-arn');
      const deploymentRoleArn = publishedText(this, `FleetDeploymentRole-${environment.name}`, parameter);
      const { roles, artifacts } = this;
      return rollStage({
        ...{ name, environment, roles, artifacts, template, deploymentRoleArn },
        ...{ readCapacity, readCapacityRole },
      });
    });
  }
}
