import { CfnProject } from 'aws-cdk-lib/aws-codebuild';
import { Construct } from 'constructs';
import type { Architecture } from '../../settings/types';
import type { ArtifactStore } from '../artifacts/artifact-store';
import { acknowledge } from '../roles/acknowledge';
import type { Grants } from '../roles/grant';
import { grantedRole } from '../roles/role';
import { LogGroup } from './log-group';

export interface BuildProjectProps {
  readonly projectName: string;
  readonly description: string;
  /** Its path in the repository. */
  readonly buildspec: string;
  readonly architecture: Architecture;
  readonly artifacts: ArtifactStore;
  /** The artifact that it leaves: it can write no other. */
  readonly output: string;
  /** Environment variables of the build, by name. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Besides the log and the artifacts. */
  readonly grants?: Grants;
}

/** A build that the pipeline starts: one file of `buildspecs/`, with its own role and log group. */
export class BuildProject extends Construct {
  readonly projectName: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: BuildProjectProps) {
    super(scope, id);
    const log = new LogGroup(this, 'Log', `/aws/codebuild/${props.projectName}`);
    const role = grantedRole(this, 'Role', {
      trusts: { service: 'codebuild.amazonaws.com' },
      description: props.description,
      grants: {
        Log: log.write(),
        ReadSource: props.artifacts.read('Source'),
        LeaveOwnArtifact: props.artifacts.leave(props.output),
        ...props.artifacts.encrypt(),
        ...props.grants,
        ArtifactBucket: { actions: ['s3:GetBucketAcl', 's3:GetBucketLocation'], on: [props.artifacts.arn] },
      },
    });
    const project = new CfnProject(this, 'Project', {
      name: props.projectName,
      description: props.description,
      serviceRole: role.attrArn,
      source: { type: 'CODEPIPELINE', buildSpec: props.buildspec },
      artifacts: { type: 'CODEPIPELINE' },
      // Its artifacts are encrypted with the project's key, not with the pipeline's.
      encryptionKey: props.artifacts.key?.id,
      environment: {
        ...MACHINES[props.architecture],
        computeType: 'BUILD_GENERAL1_SMALL',
        ...(props.variables && {
          environmentVariables: Object.entries(props.variables).map(([name, value]) => ({ name, value })),
        }),
      },
      cache: { type: 'LOCAL', modes: ['LOCAL_CUSTOM_CACHE'] },
      logsConfig: { cloudWatchLogs: { status: 'ENABLED', groupName: log.name } },
      timeoutInMinutes: 30,
    });
    if (!props.artifacts.key) {
      acknowledge(project, {
        'AwsSolutions-CB4':
          'Its output is encrypted with the AWS managed key for S3. A customer managed key has a monthly price, and its policy would permit the same roles.',
      });
    }
    this.projectName = project.ref;
    this.arn = project.attrArn;
  }
}

/** Amazon Linux 2023, as the servers have it. */
const MACHINES: Readonly<Record<Architecture, { type: string; image: string }>> = {
  arm64: { type: 'ARM_CONTAINER', image: 'aws/codebuild/amazonlinux-aarch64-standard:3.0' },
  x86_64: { type: 'LINUX_CONTAINER', image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0' },
};
