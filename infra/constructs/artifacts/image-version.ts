import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { functionName, imageStackName, imageVersionParameter } from '../../names';
import type { Settings } from '../../settings/types';
import { NodeFunction } from '../functions/node-function';
import { regional } from '../roles/arn';

/** The counter of image versions, and the function that counts: once for each execution of the pipeline. */
export class ImageVersion extends Construct {
  readonly increment: NodeFunction;

  constructor(
    scope: Construct,
    id: string,
    { settings, repositoryArn }: { settings: Settings; repositoryArn: string },
  ) {
    super(scope, id);
    const { name, image, source } = settings;
    const counter = new CfnParameter(this, 'Counter', {
      name: imageVersionParameter(name),
      type: 'String',
      description:
        'The version of the latest image; SSM counts it. Deleted, it would begin anew with numbers that are taken.',
      // Never another value: CloudFormation would overwrite the current version with it (C10).
      value: 'none yet',
    });
    counter.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.increment = new NodeFunction(this, 'Increment', {
      functionName: functionName(name, 'increment-image-version'),
      description: `Counts the image versions of ${name}`,
      source: 'increment-image-version',
      invokedBy: 'pipeline',
      architecture: image.architecture,
      timeoutSeconds: 120,
      environment: {
        PARAMETER: counter.ref,
        MAJOR_MINOR: image.version,
        IMAGE: imageStackName(name),
        REPOSITORY: source.repository,
        BRANCH: source.branch,
      },
      grants: {
        Count: {
          actions: ['ssm:GetParameterHistory', 'ssm:PutParameter'],
          on: [regional('ssm', `parameter${imageVersionParameter(name)}`)],
        },
        // A counter that was created again must not produce these versions a second time (H7).
        LookForBakedVersions: {
          actions: ['imagebuilder:ListComponents', 'imagebuilder:ListImageRecipes'],
          because: 'Listing knows no resources.',
        },
        ReadCommit: { actions: ['codecommit:GetCommit'], on: [repositoryArn] },
      },
    });
  }
}
