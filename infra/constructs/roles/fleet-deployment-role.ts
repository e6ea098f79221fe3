import { Construct } from 'constructs';
import { FLEET_LOGICAL_ID, fleetParameters, fleetStackName } from '../../names';
import { readPublished } from '../artifacts/published';
import { anyImage, groupOf, regional } from './arn';
import { type Grant, passRole } from './grant';
import { grantedRole } from './role';
import { serviceLinkedRole } from './service-linked-role';

export interface FleetDeploymentRoleProps {
  readonly name: string;
  readonly environment: string;
  /** Default: CloudFormation generates the name. */
  readonly roleName?: string | undefined;
  /** The role of the servers, the only one it may pass. */
  readonly serverRoleArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  /** The only one that its servers may be attached to. */
  readonly targetGroupArn: string;
  /** Types that a commit may choose; `*` stands for any text. */
  readonly instanceTypes: readonly string[];
  /** The account that owns the images of its servers. */
  readonly imageOwner: string;
}

/**
 * Permissions of CloudFormation when it deploys a commit's fleet: one launch template and one group, in the subnets and
 * with the security group of the environment; no network, no load balancer, and no role except passing that of the
 * servers. (Permissions of the handlers of AWS::EC2::LaunchTemplate, and of AutoScalingGroup, ScalingPolicy and
 * ScheduledAction of AWS::AutoScaling, and the calls of a rolling update and an instance refresh (F24). Auto Scaling
 * creates the alarms of a scaling policy itself.)
 */
export class FleetDeploymentRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: FleetDeploymentRoleProps) {
    super(scope, id);
    const role = grantedRole(this, 'Role', {
      roleName: props.roleName,
      trusts: { service: 'cloudformation.amazonaws.com' },
      description: `Deploys the fleet of ${props.name} in ${props.environment}`,
      grants: {
        Look: {
          actions: LOOK,
          because:
            'The handlers of CloudFormation declare it; all but one do not support resource-level permissions, and that one only reads.',
        },
        ReadWhatIsPublished: readPublished(fleetParameters(props.name, props.environment)),
        ...launchTemplateGrants(fleetStackName(props.name, props.environment)),
        ...groupGrants(props),
        ...serverGrants(props),
        PassServerRole: passRole(props.serverRoleArn, 'ec2.amazonaws.com'),
        FirstGroupOfTheAccount: serviceLinkedRole('autoscaling.amazonaws.com', 'AWSServiceRoleForAutoScaling'),
      },
    });
    this.arn = role.attrArn;
  }
}

/**
 * The read operations of the handlers. One names instances, whose ids are unknown in advance; the others support no
 * resource-level permissions.
 */
const LOOK = [
  'autoscaling:Describe*',
  'cloudwatch:GetMetricData',
  'ec2:DescribeAccountAttributes',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeImages',
  'ec2:DescribeInstanceAttribute',
  'ec2:DescribeInstanceTypeOfferings',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeInstances',
  'ec2:DescribeKeyPairs',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:DescribeLaunchTemplates',
  'ec2:DescribePlacementGroups',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSpotInstanceRequests',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcClassicLink',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTargetGroups',
];

/**
 * Permits the launch template with the fleet's tag: creation must set the tag, and every other operation requires it.
 */
function launchTemplateGrants(fleet: string): Record<string, Grant> {
  const templates = [regional('ec2', 'launch-template/*')];
  return {
    MakeTemplate: {
      actions: ['ec2:CreateLaunchTemplate'],
      on: templates,
      because: TAGGED,
      when: { StringEquals: { 'aws:RequestTag/Fleet': fleet } },
    },
    TagTemplate: {
      actions: ['ec2:CreateTags'],
      on: templates,
      because: TAGGED,
      when: { StringEquals: { 'ec2:CreateAction': 'CreateLaunchTemplate', 'aws:RequestTag/Fleet': fleet } },
    },
    OwnTemplate: {
      actions: ['ec2:CreateLaunchTemplateVersion', 'ec2:DeleteLaunchTemplate'],
      on: templates,
      because: TAGGED,
      when: { StringEquals: { 'aws:ResourceTag/Fleet': fleet } },
    },
  };
}

const TAGGED =
  'The id of a launch template is unknown before its creation; the condition limits it to the one with its tag.';

function groupGrants({ name, environment, targetGroupArn }: FleetDeploymentRoleProps): Record<string, Grant> {
  const on = [groupOf(fleetStackName(name, environment), FLEET_LOGICAL_ID)];
  const because = 'CloudFormation ends the name of the group with characters of its own.';
  const denied = (actions: string[], when: Grant['when']): Grant => ({ denies: true, actions, on, because, when });
  return {
    Group: { actions: CHANGE_GROUP, on, because },
    // Each key exists only if the request names a target group; a request without one is not denied.
    OtherTargetGroups: denied(['autoscaling:AttachLoadBalancerTargetGroups', 'autoscaling:CreateAutoScalingGroup'], {
      'ForAnyValue:ArnNotEquals': { 'autoscaling:TargetGroupARNs': targetGroupArn },
    }),
    OtherTrafficSources: denied(['autoscaling:CreateAutoScalingGroup'], {
      'ForAnyValue:StringNotEquals': { 'autoscaling:TrafficSourceIdentifiers': targetGroupArn },
    }),
    ClassicLoadBalancers: denied(['autoscaling:CreateAutoScalingGroup'], {
      Null: { 'autoscaling:LoadBalancerNames': 'false' },
    }),
  };
}

/** Auto Scaling checks that the role that creates or changes a group may launch and tag its servers (F2, F9). */
function serverGrants({
  name,
  environment,
  subnetIds,
  securityGroupId,
  instanceTypes,
  imageOwner,
}: FleetDeploymentRoleProps): Record<string, Grant> {
  const start = (on: string[], when?: Grant['when']): Grant => ({
    actions: ['ec2:RunInstances'],
    on,
    because: NOT_YET_KNOWN,
    ...(when && { when }),
  });
  const [instances, volumes, interfaces] = ['instance', 'volume', 'network-interface'].map((type) =>
    regional('ec2', `${type}/*`),
  ) as [string, string, string];
  return {
    StartServers: start([instances], {
      StringLike: { 'ec2:InstanceType': instanceTypes },
      // Without IMDSv2, a client that can make the application fetch a URL can read the credentials of its server.
      StringEquals: { 'ec2:MetadataHttpTokens': 'required' },
    }),
    WithDisksInTheNetwork: start([
      volumes,
      interfaces,
      regional('ec2', `security-group/${securityGroupId}`),
      ...subnetIds.map((subnet) => regional('ec2', `subnet/${subnet}`)),
    ]),
    FromOwnTemplate: start([regional('ec2', 'launch-template/*')], {
      StringEquals: { 'aws:ResourceTag/Fleet': fleetStackName(name, environment) },
    }),
    FromOwnImages: start([anyImage()], { StringEquals: { 'ec2:Owner': imageOwner } }),
    TagServers: {
      actions: ['ec2:CreateTags'],
      on: [instances, volumes],
      because: NOT_YET_KNOWN,
      when: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
    },
  };
}

const NOT_YET_KNOWN =
  'Ids of servers, their disks and network interfaces, of the template, and of the image of a commit, are not known before.';

/**
 * Every part of a group that the settings can have. It changes with a commit, and the same role must be able to remove
 * it, or to restore it in a rollback, without a deployment by a person.
 */
const CHANGE_GROUP = [
  'autoscaling:AttachLoadBalancerTargetGroups',
  'autoscaling:CancelInstanceRefresh',
  'autoscaling:CreateAutoScalingGroup',
  'autoscaling:DeleteAutoScalingGroup',
  'autoscaling:DeleteLifecycleHook',
  'autoscaling:DeletePolicy',
  'autoscaling:DeleteScheduledAction',
  'autoscaling:DetachLoadBalancerTargetGroups',
  'autoscaling:PutLifecycleHook',
  'autoscaling:PutScalingPolicy',
  'autoscaling:PutScheduledUpdateGroupAction',
  'autoscaling:ResumeProcesses',
  'autoscaling:SetDesiredCapacity',
  'autoscaling:StartInstanceRefresh',
  'autoscaling:SuspendProcesses',
  'autoscaling:TerminateInstanceInAutoScalingGroup',
  'autoscaling:UpdateAutoScalingGroup',
];
