/**
 * The names by which the stacks find each other. What a person deploys publishes what it made as SSM parameters; what a
 * commit deploys reads them. No stack exports a value: an export in use could never change again (E28).
 */

/** The logical id of the Auto Scaling group: servers signal it. */
export const FLEET_LOGICAL_ID = 'Fleet';

/** The port that the application listens on. */
export const APPLICATION_PORT = 8080;

export function pipelineStackName(name: string): string {
  return `${name}-pipeline`;
}

export function imageStackName(name: string): string {
  return `${name}-image`;
}

export function environmentStackName(name: string, environment: string): string {
  return `${name}-${environment}-environment`;
}

export function fleetStackName(name: string, environment: string): string {
  return `${name}-${environment}-fleet`;
}

/** The stage that asks before an environment is deployed. */
export function approvalStageName(environment: string): string {
  return `approve-${environment}`;
}

/** Where approvals of an environment are announced. */
export function approvalsTopicName(name: string, environment: string): string {
  return `${name}-${environment}-approvals`;
}

/** Where is told why a run failed. */
export function runsTopicName(name: string): string {
  return `${name}-runs`;
}

/** A function, by the folder of its code. */
export function functionName(name: string, source: string): string {
  return `${name}-${source}`;
}

/** The parameter whose versions count the images. */
export function imageVersionParameter(name: string): string {
  return `/${name}/image-version`;
}

/** What the pipeline stack publishes for the image stack. */
export type ImageParameter = 'instance-profile-name';

export function imageParameter(name: string, parameter: ImageParameter): string {
  return `/${name}/image/${parameter}`;
}

/** What an environment stack publishes for its fleet stack, for the image stack and for the pipeline stack. */
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

/** What CloudWatch can watch of an environment. */
export type AlarmSubject = 'errors' | 'unhealthy-hosts' | 'latency';

export function alarmName(name: string, environment: string, subject: AlarmSubject): string {
  return `${name}-${environment}-${subject}`;
}
