import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnParameter, Fn, Stack, type StackProps, Token } from 'aws-cdk-lib';
import { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { acknowledge } from '../constructs/acknowledge';
import { ProvenanceParameters } from '../constructs/provenance';
import { publishedList, publishedText } from '../constructs/published';
import { APPLICATION_PORT, type EnvironmentParameter, environmentParameter, FLEET_LOGICAL_ID } from '../names';
import type { EnvironmentSettings } from '../settings/types';

export interface FleetStackProps extends StackProps {
  readonly name: string;
  readonly environment: EnvironmentSettings;
}

/**
 * What a commit rolls in one environment: the launch template of its image, and the group of servers. A roll adds a
 * batch of new servers, waits until each has signalled that the load balancer finds it healthy, and only then ends old
 * ones, so that there are never fewer in service than before (F13). One FAILURE signal ends it, and it rolls back (F18).
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
      // There is no DesiredCapacity: a roll keeps what the group has (F15).
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
        'What the group does is in the events of its stack during a roll, and in its activities always.',
    });
    // The update policy does not hold for the first creation (F1, H18).
    group.cfnOptions.creationPolicy = {
      resourceSignal: { count: minSize.valueAsNumber, timeout: SIGNAL_TIMEOUT },
    };
    group.cfnOptions.updatePolicy = {
      autoScalingRollingUpdate: {
        minInstancesInService: this.size('MinInstancesInService', 'How many stay in service in a roll.').valueAsNumber,
        maxBatchSize: this.size('MaxBatchSize', 'How many a roll replaces at a time.').valueAsNumber,
        minSuccessfulInstancesPercent: 100,
        waitOnResourceSignals: true,
        pauseTime: SIGNAL_TIMEOUT,
        // What would end or add servers in the middle of a roll (F9, F16).
        suspendProcesses: ['HealthCheck', 'ReplaceUnhealthy', 'AZRebalance', 'AlarmNotification', 'ScheduledActions'],
      },
    };
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
        userData: Fn.base64(
          Fn.sub(readFileSync(join(__dirname, '../image/user-data.sh'), 'utf8'), {
            TargetGroupArn: targetGroupArn,
            Resource: FLEET_LOGICAL_ID,
            Port: String(APPLICATION_PORT),
          }),
        ),
      },
    });
  }

  /** A number that the pipeline gives after a look at the live group. */
  private size(id: string, description: string): CfnParameter {
    return new CfnParameter(this, id, { type: 'Number', minValue: 1, description });
  }

  private parameterName(parameter: EnvironmentParameter): string {
    return environmentParameter(this.props.name, this.props.environment.name, parameter);
  }
}

/**
 * How long a server may take to serve: far more than it needs, because rolling back waits by the time of the template
 * that it goes back to (F8, H11). A server that cannot serve says so at once.
 */
const SIGNAL_TIMEOUT = 'PT15M';

function tagList(tags: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
