import { Construct } from 'constructs';
import { FLEET_LOGICAL_ID, fleetParameters, fleetStackName } from '../names';
import { anyImage, groupOf, regional } from './arn';
import { type Grant, passRole } from './grant';
import { readPublished } from './published';
import { grantedRole } from './role';
import { serviceLinkedRole } from './service-linked-role';

export interface FleetDeploymentRoleProps {
  readonly name: string;
  readonly environment: string;
  /** Without: CloudFormation makes one up. */
  readonly roleName?: string | undefined;
  /** The role of the servers, the only one it may pass. */
  readonly serverRoleArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
}

/**
 * What CloudFormation may do when it deploys a commit's fleet: one launch template and one group, in the subnets and with
 * the security group of the environment. No network, no load balancer, no role but passing that of the servers.
 * (Permissions of the handlers of AWS::EC2::LaunchTemplate, and of AutoScalingGroup, ScalingPolicy and ScheduledAction
 * of AWS::AutoScaling, and what a rolling update and an instance refresh call beside them (F24). The alarms of a scaling
 * policy are made by Auto Scaling itself.)
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
          because: 'The handlers of CloudFormation declare it so, and looking knows no resources.',
        },
        ReadWhatIsPublished: readPublished(fleetParameters(props.name, props.environment)),
        ...launchTemplateGrants(fleetStackName(props.name, props.environment)),
        ...groupGrants(props),
        PassServerRole: passRole(props.serverRoleArn, 'ec2.amazonaws.com'),
        FirstGroupOfTheAccount: serviceLinkedRole('autoscaling.amazonaws.com', 'AWSServiceRoleForAutoScaling'),
      },
    });
    this.arn = role.attrArn;
  }
}

/** What the handlers read. None of it knows resources. */
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

/** The template that carries the fleet's tag: it is given when the template is made, and required afterwards. */
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
  'The id of a launch template is not known before it is made; the condition holds it to the one with its tag.';

function groupGrants({
  name,
  environment,
  subnetIds,
  securityGroupId,
}: FleetDeploymentRoleProps): Record<string, Grant> {
  const made = ['instance/*', 'volume/*', 'network-interface/*'].map((resource) => regional('ec2', resource));
  return {
    Group: {
      actions: CHANGE_GROUP,
      on: [groupOf(fleetStackName(name, environment), FLEET_LOGICAL_ID)],
      because: 'CloudFormation ends the name of the group with characters of its own.',
    },
    // Auto Scaling checks that whoever makes or changes a group may start its servers, and tag them (F2, F9).
    StartServers: {
      actions: ['ec2:RunInstances'],
      on: [
        ...made,
        regional('ec2', 'launch-template/*'),
        regional('ec2', `security-group/${securityGroupId}`),
        ...subnetIds.map((subnet) => regional('ec2', `subnet/${subnet}`)),
        anyImage(),
      ],
      because: NOT_YET_KNOWN,
    },
    TagServers: {
      actions: ['ec2:CreateTags'],
      on: made.slice(0, 2),
      because: NOT_YET_KNOWN,
      when: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
    },
  };
}

const NOT_YET_KNOWN =
  'Ids of servers, their disks and network interfaces, and of the image of a commit, are not known before.';

/**
 * Whatever the settings have of a group: they change with a commit, and what was there before must still be taken away,
 * or come back when the commit is undone, by a role that a person has not touched.
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
