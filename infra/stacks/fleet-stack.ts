import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnParameter, Fn, Stack, type StackProps, Token } from 'aws-cdk-lib';
import { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { ProvenanceParameters } from '../constructs/artifacts/provenance';
import { publishedList, publishedText } from '../constructs/artifacts/published';
import { Hours } from '../constructs/fleet/hours';
import { READY_HOOK, refreshInstances } from '../constructs/fleet/instance-refresh';
import { rollBySignals } from '../constructs/fleet/rolling-update';
import { Scaling } from '../constructs/fleet/scaling';
import { acknowledge } from '../constructs/roles/acknowledge';
import { APPLICATION_PORT, type EnvironmentParameter, environmentParameter, FLEET_LOGICAL_ID } from '../names';
import { hoursOf, type Strategy, stableSecondsOf, strategyOf } from '../settings/defaults';
import type { EnvironmentSettings } from '../settings/types';

export interface FleetStackProps extends StackProps {
  readonly name: string;
  readonly environment: EnvironmentSettings;
}

/**
 * Stack that a commit rolls in one environment: the launch template of its image, the group of servers, and its
 * scaling. Both strategies never have fewer servers in service than before: see `rollBySignals` and `refreshInstances`.
 */
export class FleetStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: FleetStackProps,
  ) {
    super(scope, id, { description: `The servers of ${props.name} in ${props.environment.name}.`, ...props });
    const targetGroupArn = publishedText(this, 'TargetGroupArn', this.parameterName('target-group-arn'));
    const launchTemplate = this.launchTemplate(targetGroupArn);
    const minSize = this.size('MinSize', 'The fewest servers.');
    const group = new CfnAutoScalingGroup(this, FLEET_LOGICAL_ID, {
      // There is no DesiredCapacity, so that a roll keeps the group's capacity (F15).
      minSize: Token.asString(minSize.value),
      maxSize: Token.asString(this.size('MaxSize', 'The most servers, with room for a batch in a roll.').value),
      vpcZoneIdentifier: publishedList(this, 'SubnetIds', this.parameterName('subnet-ids')),
      launchTemplate: { launchTemplateId: launchTemplate.ref, version: launchTemplate.attrLatestVersionNumber },
      targetGroupArns: [targetGroupArn],
      healthCheckType: 'ELB',
      healthCheckGracePeriod: 120,
    });
    acknowledge(group, {
      'AwsSolutions-AS3':
        'A mail for each server would not be read. The activities of the group are kept for six weeks, and a failed roll is explained.',
    });
    // The pipeline passes them for both strategies: the strategy changes with a commit, and the pipeline by a
    // person.
    const inService = this.size('MinInstancesInService', 'How many stay in service in a roll.');
    const batch = this.size('MaxBatchSize', 'How many a roll replaces at a time.');
    if (this.strategy.type === 'rolling') {
      rollBySignals(group, { minSize, inService, batch });
    } else {
      refreshInstances(group, { environment: props.environment, refresh: this.strategy });
    }
    this.changeSizes(group);
  }

  /** Declares the changes of the number of servers between rolls, according to the settings. */
  private changeSizes(group: CfnAutoScalingGroup): void {
    const { scaling, min } = this.props.environment.fleet;
    const hours = hoursOf(this.props.environment);
    if (scaling) {
      new Scaling(this, 'Scaling', { group, scaling, published: (parameter) => this.parameterName(parameter) });
    }
    if (hours) new Hours(this, 'Hours', { group, hours, min });
  }

  private launchTemplate(targetGroupArn: string): CfnLaunchTemplate {
    const { name, environment } = this.props;
    const imageId = new CfnParameter(this, 'ImageId', { type: 'AWS::EC2::Image::Id', description: 'The AMI to run.' });
    const tags = tagList({
      Name: `${name}-${environment.name}`,
      Environment: environment.name,
      ...new ProvenanceParameters(this).tags,
    });
    return new CfnLaunchTemplate(this, 'LaunchTemplate', {
      // By this tag the deployment role knows its own template.
      tagSpecifications: [{ resourceType: 'launch-template', tags: tagList({ Fleet: this.stackName }) }],
      launchTemplateData: {
        imageId: imageId.valueAsString,
        instanceType: environment.fleet.instanceType,
        iamInstanceProfile: {
          arn: publishedText(this, 'InstanceProfileArn', this.parameterName('instance-profile-arn')),
        },
        securityGroupIds: [publishedText(this, 'SecurityGroupId', this.parameterName('security-group-id'))],
        // A token is required, and does not travel further than the server itself; the service reads its tags there.
        metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1, instanceMetadataTags: 'enabled' },
        blockDeviceMappings: [
          { deviceName: '/dev/xvda', ebs: { encrypted: true, volumeType: 'gp3', deleteOnTermination: true } },
        ],
        tagSpecifications: ['instance', 'volume'].map((resourceType) => ({ resourceType, tags })),
        // Processor load each minute, as Auto Scaling advises for scaling on it; the default is every five minutes.
        monitoring: environment.fleet.scaling?.cpuPercent ? { enabled: true } : undefined,
        userData: this.userData(targetGroupArn),
      },
    });
  }

  /** Returns the user data of a server: it reports to its stack or to its group that it serves. */
  private userData(targetGroupArn: string): string {
    const rolling = this.strategy.type === 'rolling';
    const script = rolling ? 'user-data.sh' : 'user-data-hook.sh';
    return Fn.base64(
      Fn.sub(readFileSync(join(__dirname, '../image', script), 'utf8'), {
        ...(rolling && { TargetGroupArn: targetGroupArn, Resource: FLEET_LOGICAL_ID }),
        Hook: READY_HOOK,
        Application: this.props.name,
        Port: String(APPLICATION_PORT),
        StableSeconds: String(stableSecondsOf(this.props.environment)),
      }),
    );
  }

  private get strategy(): Strategy {
    return strategyOf(this.props.environment);
  }

  /** A number that the pipeline gives after a look at the live group. */
  private size(id: string, description: string): CfnParameter {
    return new CfnParameter(this, id, { type: 'Number', minValue: 1, description });
  }

  private parameterName(parameter: EnvironmentParameter): string {
    return environmentParameter(this.props.name, this.props.environment.name, parameter);
  }
}

function tagList(tags: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
