import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { imageParameters, imageStackName, PARENT_IMAGES } from '../../names';
import type { ImageConfigurations } from '../artifacts/image-configurations';
import { readPublished } from '../artifacts/published';
import { regional } from './arn';
import type { BuilderProfile } from './builder-profile';
import { passRole } from './grant';
import { grantedRole } from './role';
import { serviceLinkedRole, serviceLinkedRoleArn } from './service-linked-role';

export interface ImageDeploymentRoleProps {
  readonly name: string;
  /** The instance profile of builds. Its role is the only one that may be passed. */
  readonly builder: BuilderProfile;
  /** The configurations that images are built with. The role may use them, and write no others. */
  readonly configurations: ImageConfigurations;
}

/**
 * Permissions of CloudFormation when it deploys a commit's image stack: Image Builder's resources of that name. The
 * builds themselves run with Image Builder's own role.
 */
export class ImageDeploymentRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, builder, configurations }: ImageDeploymentRoleProps) {
    super(scope, id);
    // Image Builder writes names into ARNs in lower case; ours are.
    const own = imageStackName(name);
    const role = grantedRole(this, 'Role', {
      trusts: { service: 'cloudformation.amazonaws.com' },
      description: `Bakes the images of ${name}`,
      grants: {
        Bake: {
          actions: BAKE,
          on: ['component', 'image-recipe', 'image'].map((type) => regional('imagebuilder', `${type}/${own}/*`)),
          because: 'Every execution adds a version to the name.',
        },
        UseConfigurations: {
          actions: ['imagebuilder:GetDistributionConfiguration', 'imagebuilder:GetInfrastructureConfiguration'],
          on: [configurations.distributionArn, configurations.infrastructureArn],
        },
        // As the handler of recipes declares it, and for the parent image, which a public parameter names (D49).
        LookForParent: { actions: ['ec2:DescribeImages'], because: 'Looking at images knows no resources.' },
        ReadParent: {
          actions: ['ssm:GetParameter', 'ssm:GetParameters'],
          on: [`arn:${Aws.PARTITION}:ssm:${Aws.REGION}::parameter${PARENT_IMAGES}*`],
          because: 'Amazon Linux has one public parameter for each kernel and architecture, in no account.',
        },
        ReadWhatIsPublished: readPublished(imageParameters(name)),
        // The handler of images declares it, though nothing of ours is passed with an image.
        PassBuilderRole: passRole(builder.roleArn, 'ec2.amazonaws.com'),
        LookAtServiceRole: { actions: ['iam:GetRole'], on: [serviceLinkedRoleArn(...SERVICE_ROLE)] },
        FirstImageOfTheAccount: serviceLinkedRole(...SERVICE_ROLE),
      },
    });
    this.arn = role.attrArn;
  }
}

const SERVICE_ROLE = ['imagebuilder.amazonaws.com', 'AWSServiceRoleForImageBuilder'] as const;

/** Create, read, update and delete of the three types, as their handlers declare them. */
const BAKE = [
  'imagebuilder:CancelImageCreation',
  'imagebuilder:CreateComponent',
  'imagebuilder:CreateImage',
  'imagebuilder:CreateImageRecipe',
  'imagebuilder:DeleteComponent',
  'imagebuilder:DeleteImage',
  'imagebuilder:DeleteImageRecipe',
  'imagebuilder:GetComponent',
  'imagebuilder:GetImage',
  'imagebuilder:GetImageRecipe',
  'imagebuilder:TagResource',
  'imagebuilder:UntagResource',
];
