import { Aws, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnDistributionConfiguration, CfnInfrastructureConfiguration } from 'aws-cdk-lib/aws-imagebuilder';
import { Construct } from 'constructs';
import { environmentParameter, imageParameter, imageStackName } from '../../names';
import { environmentsElsewhere } from '../../settings/places';
import type { Settings } from '../../settings/types';
import type { BuilderProfile } from '../roles/builder-profile';
import { regionsElsewhere } from './artifact-stores';
import { publish, publishedList, publishedText } from './published';

export interface ImageConfigurationsProps {
  readonly settings: Settings;
  readonly builder: BuilderProfile;
}

/**
 * Image Builder's configurations: one sets the network in which images are built, one the accounts and regions that get
 * them. Both belong to a stack that a person deploys. A commit that could write them could choose the network in which
 * its steps run as root, and could make its image public.
 *
 * Image Builder refuses to delete them while images exist that were built with them (D39). Images outlive their stack,
 * so these do too, and each stack gives them unique names.
 */
export class ImageConfigurations extends Construct {
  readonly infrastructureArn: string;
  readonly distributionArn: string;

  constructor(scope: Stack, id: string, { settings, builder }: ImageConfigurationsProps) {
    super(scope, id);
    const { name } = settings;
    this.infrastructureArn = this.infrastructure(settings, builder).attrArn;
    this.distributionArn = this.distribution(settings).attrArn;
    publish(this, 'PublishedInfrastructure', {
      name: imageParameter(name, 'infrastructure-configuration-arn'),
      value: this.infrastructureArn,
    });
    publish(this, 'PublishedDistribution', {
      name: imageParameter(name, 'distribution-configuration-arn'),
      value: this.distributionArn,
    });
  }

  /** In the first environment's network, from which a build reaches its services (H19). */
  private infrastructure({ name, image, environments }: Settings, builder: BuilderProfile) {
    const [first] = environments;
    const subnets = publishedList(this, 'SubnetIds', environmentParameter(name, first!.name, 'subnet-ids'));
    const group = environmentParameter(name, first!.name, 'security-group-id');
    const infrastructure = new CfnInfrastructureConfiguration(this, 'Infrastructure', {
      name: this.uniqueName(name),
      description: `The network in which images of ${name} are built and tested`,
      instanceTypes: [image.instanceType],
      instanceProfileName: builder.profileName,
      subnetId: Fn.select(0, subnets),
      securityGroupIds: [publishedText(this, 'SecurityGroupId', group)],
      instanceMetadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      terminateInstanceOnFailure: true,
    });
    infrastructure.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    return infrastructure;
  }

  private distribution(settings: Settings) {
    const name = imageStackName(settings.name);
    // The region of the stack must be among them, or the image has no id here (D29).
    const regions = [undefined, ...regionsElsewhere(settings)];
    const distribution = new CfnDistributionConfiguration(this, 'Distribution', {
      name: this.uniqueName(settings.name),
      description: `The accounts and regions that get the images of ${settings.name}`,
      distributions: regions.map((region) => ({
        region: region ?? Stack.of(this).region,
        amiDistributionConfiguration: {
          Name: `${name}-{{ imagebuilder:buildDate }}`,
          // Those of one image are its recipe's.
          AmiTags: { Repository: settings.source.repository },
          ...launchPermission(settings, region),
        },
      })),
    });
    distribution.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    return distribution;
  }

  /** The application's, and the first part of the unique id that CloudFormation gives the stack. */
  private uniqueName(name: string): string {
    const stackGuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
    return `${imageStackName(name)}-${Fn.select(0, Fn.split('-', stackGuid))}`;
  }
}

/** Other accounts that launch the image in a region (default: `settings.region`), if there are any (D42). */
function launchPermission(settings: Settings, region = settings.region): object {
  const accounts = environmentsElsewhere(settings)
    .filter(({ place }) => place.region === region && place.account !== settings.account)
    .map(({ place }) => place.account);
  return accounts.length > 0 ? { LaunchPermissionConfiguration: { UserIds: [...new Set(accounts)] } } : {};
}
