import { Lazy } from 'aws-cdk-lib';
import { CfnPolicy, type CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ActionRole } from '../actions/action';
import type { ArtifactStore } from '../artifacts/artifact-store';
import { type Grants, policyDocument } from './grant';
import { grantedRole } from './role';

export interface PipelineRoleProps {
  readonly name: string;
  /** Default: CloudFormation generates the name. */
  readonly roleName?: string | undefined;
  readonly artifacts: ArtifactStore;
  /** The stores of other regions. */
  readonly others: readonly ArtifactStore[];
}

/** The pipeline's role: it copies artifacts, and assumes a separate role for each action. */
export class PipelineRole extends Construct {
  readonly arn: string;
  private readonly taken: string[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PipelineRoleProps,
  ) {
    super(scope, id);
    const { name, roleName, artifacts, others } = props;
    const stores = [artifacts, ...others];
    const role = grantedRole(this, 'Role', {
      roleName,
      trusts: { service: 'codepipeline.amazonaws.com' },
      description: `The pipeline of ${name}`,
      grants: {
        ArtifactBucket: {
          actions: ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning'],
          on: stores.map(({ arn }) => arn),
        },
        Artifacts: { ...artifacts.carry(), on: stores.map((store) => store.objects()) },
        ...artifacts.encrypt(),
        ...Object.assign({}, ...others.map((store, index) => store.encrypt(`ArtifactKey${index + 2}`))),
      },
    });
    this.arn = role.attrArn;
    // A separate resource: the roles that it assumes trust this one, and are created after it.
    new CfnPolicy(this, 'Takes', {
      roles: [role.ref],
      policyName: 'TakeActionRoles',
      policyDocument: Lazy.any({
        produce: () => policyDocument({ TakeActionRoles: { actions: ['sts:AssumeRole'], on: this.taken } }),
      }),
    });
  }

  /** A role for the actions of one kind, which only the pipeline assumes. */
  actionRole(id: string, purpose: string, grants: Grants): CfnRole {
    const role = grantedRole(this, id, {
      trusts: { roleArn: this.arn },
      description: `The pipeline of ${this.props.name}: ${purpose}`,
      grants,
    });
    this.taken.push(role.attrArn);
    return role;
  }

  /** A role of an environment elsewhere, which trusts the pipeline. */
  roleElsewhere(roleArn: string): ActionRole {
    this.taken.push(roleArn);
    return { attrArn: roleArn };
  }
}
