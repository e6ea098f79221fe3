import { global } from './arn';
import type { Grant } from './grant';

/**
 * Making the role that a service has in an account, which happens on the service's first use there: this one role for
 * this one service. A stack cannot own it: where it is there already, creating it fails.
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
