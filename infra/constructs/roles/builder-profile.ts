import { CfnInstanceProfile } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ArtifactStore } from '../artifacts/artifact-store';
import { acknowledge } from './acknowledge';
import { grantedRole } from './role';

/** Permissions of the instances that build and test an image. */
export class BuilderProfile extends Construct {
  readonly roleArn: string;
  readonly profileName: string;

  constructor(scope: Construct, id: string, { name, artifacts }: { name: string; artifacts: ArtifactStore }) {
    super(scope, id);
    const role = grantedRole(this, 'Role', {
      trusts: { service: 'ec2.amazonaws.com' },
      description: `Builds and tests the images of ${name}`,
      grants: {
        // The managed policy reads only the service's own buckets (D46, H20).
        ReadApplication: { ...artifacts.read('App'), actions: ['s3:GetObject'] },
        ...artifacts.decrypt(),
        // The steps of a component run with this role, and a commit writes them.
        KeepParametersOfOthers: {
          denies: true,
          actions: ['ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:GetParameters', 'ssm:GetParametersByPath'],
          because: 'It denies what AmazonSSMManagedInstanceCore permits for every parameter of the account.',
        },
      },
      managedPolicies: ['EC2InstanceProfileForImageBuilder', 'AmazonSSMManagedInstanceCore'],
    });
    const required = 'Image Builder names it as required of its instances, and AWS changes it as the service changes.';
    acknowledge(role, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/EC2InstanceProfileForImageBuilder]': required,
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]': required,
    });
    const profile = new CfnInstanceProfile(this, 'Profile', { roles: [role.ref] });
    this.roleArn = role.attrArn;
    this.profileName = profile.ref;
  }
}
