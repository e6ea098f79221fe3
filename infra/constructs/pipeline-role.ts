import { Lazy } from 'aws-cdk-lib';
import { CfnPolicy, type CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ArtifactBucket } from './artifact-bucket';
import { type Grant, grantedRole, policyDocument } from './role';

/** The pipeline's role: it carries artifacts, and takes for each action the role that does the rest. */
export class PipelineRole extends Construct {
  readonly arn: string;
  /** What it may take: there before the pipeline is. */
  readonly permissions: CfnPolicy;
  private readonly taken: string[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: { name: string; artifacts: ArtifactBucket },
  ) {
    super(scope, id);
    const { name, artifacts } = props;
    const role = grantedRole(this, 'Role', {
      trusts: { service: 'codepipeline.amazonaws.com' },
      description: `The pipeline of ${name}`,
      grants: {
        ArtifactBucket: {
          actions: ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning'],
          on: [artifacts.arn],
        },
        Artifacts: artifacts.carry(),
      },
    });
    this.arn = role.attrArn;
    // A resource of its own: the roles that it takes trust this one, and so come after it.
    this.permissions = new CfnPolicy(this, 'Takes', {
      roles: [role.ref],
      policyName: 'TakeActionRoles',
      policyDocument: Lazy.any({
        produce: () => policyDocument({ TakeActionRoles: { actions: ['sts:AssumeRole'], on: this.taken } }),
      }),
    });
  }

  /** A role for the actions of one kind, that nobody but the pipeline takes. */
  actionRole(id: string, purpose: string, grants: Readonly<Record<string, Grant>>): CfnRole {
    const role = grantedRole(this, id, {
      trusts: { roleArn: this.arn },
      description: `The pipeline of ${this.props.name}: ${purpose}`,
      grants,
    });
    this.taken.push(role.attrArn);
    return role;
  }
}
