import { Aws } from 'aws-cdk-lib';
import { type Place, partitionOf } from '../../settings/places';

/** The ARN of a resource of this account and region: `regional('ec2', 'subnet/subnet-1')`. */
export function regional(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
}

/** The ARN of a resource of this account that belongs to no region, as those of IAM. */
export function global(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}::${Aws.ACCOUNT_ID}:${resource}`;
}

/** The ARN of a role of any account, by its name. */
export function roleIn({ account, region }: Place, roleName: string): string {
  return `arn:${partitionOf(region)}:iam::${account}:role/${roleName}`;
}

/** Returns the ARN of an account as a whole. */
export function accountArn({ account, region }: Place): string {
  return `arn:${partitionOf(region)}:iam::${account}:root`;
}

/** The ARN of a machine image: it names a region, and no account. */
export function anyImage(): string {
  return `arn:${Aws.PARTITION}:ec2:${Aws.REGION}::image/*`;
}

/** The Auto Scaling group of a stack: CloudFormation appends random characters to its name. */
export function groupOf(stackName: string, logicalId: string): string {
  return regional('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${stackName}-${logicalId}-*`);
}
