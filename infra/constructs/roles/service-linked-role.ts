import { global } from './arn';
import type { Grant } from './grant';

/**
 * Permits creating the role that a service needs in an account at its first use: this one role for this one service. A
 * stack cannot own it, because its creation fails if it exists.
 */
export function serviceLinkedRole(service: string, roleName: string): Grant {
  return {
    actions: ['iam:CreateServiceLinkedRole'],
    on: [serviceLinkedRoleArn(service, roleName)],
    when: { StringEquals: { 'iam:AWSServiceName': service } },
  };
}

export function serviceLinkedRoleArn(service: string, roleName: string): string {
  return global('iam', `role/aws-service-role/${service}/${roleName}`);
}
