import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { grantedRole } from '../roles/role';

export interface SourceTriggerProps {
  readonly name: string;
  readonly repositoryArn: string;
  readonly branch: string;
  readonly pipelineArn: string;
}

/** Starts the pipeline when the branch gets a commit. (Event: A32) */
export class SourceTrigger extends Construct {
  constructor(scope: Construct, id: string, props: SourceTriggerProps) {
    super(scope, id);
    const role = grantedRole(this, 'Role', {
      trusts: { service: 'events.amazonaws.com' },
      description: `Starts the pipeline of ${props.name}`,
      grants: { Start: { actions: ['codepipeline:StartPipelineExecution'], on: [props.pipelineArn] } },
    });
    new CfnRule(this, 'Rule', {
      description: `Commits to ${props.branch} start the pipeline of ${props.name}`,
      state: 'ENABLED',
      eventPattern: {
        source: ['aws.codecommit'],
        'detail-type': ['CodeCommit Repository State Change'],
        resources: [props.repositoryArn],
        detail: {
          event: ['referenceCreated', 'referenceUpdated'],
          referenceType: ['branch'],
          referenceName: [props.branch],
        },
      },
      targets: [{ id: 'Pipeline', arn: props.pipelineArn, roleArn: role.attrArn }],
    });
  }
}
