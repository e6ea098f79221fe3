import { CfnInstanceProfile } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { FLEET_LOGICAL_ID, fleetStackName } from '../../names';
import { groupOf, regional } from './arn';
import type { Grant } from './grant';
import { grantedRole } from './role';

/**
 * Permissions of the servers of an environment: they report that they serve, and accept Session Manager connections.
 */
export class ServerProfile extends Construct {
  readonly roleArn: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, environment }: { name: string; environment: string }) {
    super(scope, id);
    const fleet = fleetStackName(name, environment);
    const role = grantedRole(this, 'Role', {
      trusts: { service: 'ec2.amazonaws.com' },
      description: `The servers of ${name} in ${environment}`,
      grants: {
        // CloudFormation does not look at the load balancer: the server itself does, before it signals (F17).
        LearnOwnHealth: {
          actions: ['elasticloadbalancing:DescribeTargetHealth'],
          because: 'DescribeTargetHealth knows no resources.',
        },
        SignalOwnFleet: {
          actions: ['cloudformation:SignalResource'],
          on: [regional('cloudformation', `stack/${fleet}/*`)],
          because: 'The last part of the ARN of a stack changes with each creation.',
        },
        // For both strategies: servers of the earlier strategy still exist after a change.
        EnterOwnGroup: {
          actions: ['autoscaling:CompleteLifecycleAction'],
          on: [groupOf(fleet, FLEET_LOGICAL_ID)],
          because: 'CloudFormation ends the name of the group with characters of its own.',
        },
        CountEndsOfTheService: {
          actions: ['cloudwatch:PutMetricData'],
          because: 'PutMetricData knows no resources; the condition holds it to the namespace of the application.',
          when: { StringEquals: { 'cloudwatch:namespace': name } },
        },
        SessionManager: SESSION_MANAGER,
      },
    });
    const profile = new CfnInstanceProfile(this, 'Profile', { roles: [role.ref] });
    this.roleArn = role.attrArn;
    this.arn = profile.attrArn;
  }
}

/** The part of AmazonSSMManagedInstanceCore that Session Manager needs: without reading parameters of others. */
const SESSION_MANAGER: Grant = {
  actions: [
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
  because: 'Channels know no resources, and the id under which a server reports itself is not known before.',
};
