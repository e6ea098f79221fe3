/**
 * Names by which the stacks find each other. Stacks that a person deploys publish their values as SSM parameters;
 * stacks that a commit deploys read them. No stack exports a value, because an export in use could never change (E28).
 */

import type { Place } from './settings/places';

/** The logical id of the Auto Scaling group: servers signal it. */
export const FLEET_LOGICAL_ID = 'Fleet';

/** The port that the application listens on. */
export const APPLICATION_PORT = 8080;

export function repositoryStackName(name: string): string {
  return `${name}-repository`;
}

export function pipelineStackName(name: string): string {
  return `${name}-pipeline`;
}

export function imageStackName(name: string): string {
  return `${name}-image`;
}

/**
 * The prefix of every name of an environment: `greeter-dev`. Its hyphens are doubled, and settings accept no name with
 * two in a row, so that an environment `a-b` of `greeter`, and `b` of `greeter-a`, do not share stacks and roles.
 */
export function environmentPrefix(name: string, environment: string): string {
  return `${name}-${environment.replaceAll('-', '--')}`;
}

export function environmentStackName(name: string, environment: string): string {
  return `${environmentPrefix(name, environment)}-environment`;
}

export function fleetStackName(name: string, environment: string): string {
  return `${environmentPrefix(name, environment)}-fleet`;
}

/** The stage that asks before an environment is deployed. */
export function approvalStageName(environment: string): string {
  return `approve-${environment}`;
}

/** Returns the name of the topic that announces approvals of an environment. */
export function approvalsTopicName(name: string, environment: string): string {
  return `${environmentPrefix(name, environment)}-approvals`;
}

/** Returns the name of the topic that announces why executions failed. */
export function runsTopicName(name: string): string {
  return `${name}-runs`;
}

/** Returns the name of the stack with the artifact bucket of another region. */
export function artifactsStackName(name: string, region: string): string {
  return `${name}-artifacts-${region}`;
}

/** At most 63 characters, of which the name has up to 32; no two buckets anywhere have the same. */
export function artifactBucketName(name: string, { account, region }: Place): string {
  return `${name}-${account}-${region}`;
}

/** The alias of the key of such a bucket. */
export function artifactKeyAlias(name: string): string {
  return `alias/${name}-artifacts`;
}

/** The role of a pipeline that reaches other places. */
export function pipelineRoleName(name: string): string {
  return `${name}-pipeline`;
}

/**
 * A role of an environment elsewhere: CloudFormation deploys its fleet with one, the pipeline's action uses one, and
 * the functions prepare and read with the others. IAM is global and accepts 64 characters, which is the length of the
 * longest of these names.
 */
export function environmentRoleName(name: string, environment: string, purpose: EnvironmentRole): string {
  return `${environmentPrefix(name, environment)}-${purpose}`;
}

export type EnvironmentRole = 'deploy' | 'roll' | 'prepare' | 'look';

/** A function, by the folder of its code; also the name of its role, if other accounts must know it. */
export function functionName(name: string, source: string): string {
  return `${name}-${source}`;
}

/** The parameter whose versions count the images. */
export function imageVersionParameter(name: string): string {
  return `/${name}/image-version`;
}

/** AWS publishes the newest AMIs of Amazon Linux under this path. */
export const PARENT_IMAGES = '/aws/service/ami-amazon-linux-latest/';

/** Parameters that the pipeline stack publishes for the image stack. */
export type ImageParameter = 'infrastructure-configuration-arn' | 'distribution-configuration-arn';

export function imageParameter(name: string, parameter: ImageParameter): string {
  return `/${name}/image/${parameter}`;
}

/**
 * Parameters that an environment stack publishes for its fleet stack, for the image stack and for the pipeline stack.
 */
export type EnvironmentParameter =
  | 'subnet-ids'
  | 'security-group-id'
  | 'target-group-arn'
  | 'instance-profile-arn'
  | 'fleet-deployment-role-arn'
  | 'url'
  | 'load-balancer-full-name'
  | 'target-group-full-name';

export function environmentParameter(name: string, environment: string, parameter: EnvironmentParameter): string {
  return `/${name}/${environment}/${parameter}`;
}

/** The parameters that the template of an environment's fleet may read, with any settings. */
export function fleetParameters(name: string, environment: string): string[] {
  const read: EnvironmentParameter[] = [
    ...(['subnet-ids', 'security-group-id', 'target-group-arn', 'instance-profile-arn'] as const),
    ...(['load-balancer-full-name', 'target-group-full-name'] as const),
  ];
  return read.map((parameter) => environmentParameter(name, environment, parameter));
}

/** The parameters that the template of the image reads. */
export function imageParameters(name: string): string[] {
  const read: ImageParameter[] = ['infrastructure-configuration-arn', 'distribution-configuration-arn'];
  return read.map((parameter) => imageParameter(name, parameter));
}

/** Metrics of an environment that CloudWatch can watch. */
export type AlarmSubject = 'errors' | 'unhealthy-hosts' | 'latency';

export function alarmName(name: string, environment: string, subject: AlarmSubject): string {
  return `${environmentPrefix(name, environment)}-${subject}`;
}
