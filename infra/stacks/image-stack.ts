import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, CfnParameter, type CfnResource, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnComponent, CfnImage, CfnImageRecipe } from 'aws-cdk-lib/aws-imagebuilder';
import type { Construct } from 'constructs';
import { regionsElsewhere } from '../constructs/artifacts/artifact-stores';
import { ProvenanceParameters } from '../constructs/artifacts/provenance';
import { publishedText } from '../constructs/artifacts/published';
import { type ImageParameter, imageParameter, imageStackName, PARENT_IMAGES } from '../names';
import { environmentsElsewhere } from '../settings/places';
import type { Settings } from '../settings/types';

export interface ImageStackProps extends StackProps {
  readonly settings: Settings;
}

/**
 * One commit's image: the component that installs the application, the recipe that puts it on Amazon Linux 2023, and
 * the image itself. Each execution of the pipeline updates this stack with a new version, which replaces all resources.
 * Replaced ones are retained, because fleets still run from them and may return to them (D32, H12).
 */
export class ImageStack extends Stack {
  private readonly application: string;
  private readonly name: string;
  private readonly provenance: ProvenanceParameters;

  constructor(scope: Construct, id: string, props: ImageStackProps) {
    super(scope, id, { description: `The image of ${props.settings.name} that a commit bakes.`, ...props });
    this.provenance = new ProvenanceParameters(this);
    const { settings } = props;
    this.application = settings.name;
    this.name = imageStackName(settings.name);
    const image = new CfnImage(this, 'Image', {
      imageRecipeArn: this.recipe(settings).ref,
      infrastructureConfigurationArn: this.configuration('Infrastructure', 'infrastructure-configuration-arn'),
      distributionConfigurationArn: this.configuration('Distribution', 'distribution-configuration-arn'),
      // Collecting an inventory fails if the account has an association for it already (D20).
      enhancedImageMetadataEnabled: false,
      imageTestsConfiguration: { imageTestsEnabled: true },
      tags: { ...this.provenance.tags },
    });
    retainOnceCreated(image);
    new CfnOutput(this, 'ImageId', { value: image.attrImageId, description: 'The AMI of this version.' });
    if (regionsElsewhere(settings).length > 0) {
      // Of this very bake: its copies have ids of their own.
      new CfnOutput(this, 'ImageArn', {
        value: image.attrArn,
        description: 'The image, which has the AMIs of other regions.',
      });
    }
  }

  /** Returns the ARN of a configuration that a person deployed. */
  private configuration(id: string, parameter: ImageParameter): string {
    return publishedText(this, id, imageParameter(this.application, parameter));
  }

  /** Installs the application. Image Builder takes a name and version only once, so the version is the image's (D22). */
  private component(): CfnComponent {
    const component = new CfnComponent(this, 'Component', {
      name: this.name,
      version: this.provenance.tags.ImageVersion,
      platform: 'Linux',
      data: readFileSync(join(__dirname, '../image/app.yml'), 'utf8'),
    });
    return retainOnceCreated(component);
  }

  private recipe(settings: Settings): CfnImageRecipe {
    const { architecture } = settings.image;
    const isShared = environmentsElsewhere(settings).some(({ place }) => place.account !== settings.account);
    const artifact = (name: string) =>
      new CfnParameter(this, name, { type: 'String', minLength: 1, description: 'Where the built application is.' });
    const parameters = {
      ArtifactBucket: artifact('ArtifactBucket').valueAsString,
      ArtifactKey: artifact('ArtifactKey').valueAsString,
      ImageVersion: this.provenance.tags.ImageVersion,
      CommitId: this.provenance.tags.CommitId,
    };
    const recipe = new CfnImageRecipe(this, 'Recipe', {
      name: this.name,
      version: this.provenance.tags.ImageVersion,
      // Image Builder promises them for the AMI of the build; each copy names the image, which has them too.
      amiTags: { Name: `${this.name}-${this.provenance.tags.ImageVersion}`, ...this.provenance.tags },
      // The latest parent; the image's record has its id (D49).
      parentImage: `ssm:${PARENT_IMAGES}al2023-ami-kernel-default-${architecture}`,
      components: [
        {
          componentArn: this.component().ref,
          parameters: Object.entries(parameters).map(([name, value]) => ({ name, value: [value] })),
        },
      ],
      blockDeviceMappings: [
        {
          deviceName: '/dev/xvda',
          // No other account could launch an image encrypted with this account's key (D41), and a shared key would
          // need a
          // grant of each account's Auto Scaling (G7). The fleets encrypt each disk at its launch, with their own key.
          ebs: { encrypted: !isShared, volumeType: 'gp3', deleteOnTermination: true },
        },
      ],
    });
    return retainOnceCreated(recipe);
  }
}

/**
 * Kept on replacement and when the stack is deleted. `RetainExceptOnCreate` removes the resources of a failed first
 * bake, so that it can be retried with the same version. In a failed update, AWS was seen to keep the new resources too
 * (`DELETE_SKIPPED`, go-to-k/cdkd#2598): then a bake that fails in an update continues with the next execution and its
 * new version, and a retry of the same version is refused before any deployment.
 */
function retainOnceCreated<R extends CfnResource>(resource: R): R {
  resource.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return resource;
}
