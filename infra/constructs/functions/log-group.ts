import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Grant } from '../roles/grant';

/** A log group that forgets after a month, and leaves with its stack. */
export class LogGroup extends Construct {
  readonly name: string;
  private readonly arn: string;

  constructor(scope: Construct, id: string, logGroupName: string) {
    super(scope, id);
    const group = new CfnLogGroup(this, 'Group', { logGroupName, retentionInDays: 30 });
    group.applyRemovalPolicy(RemovalPolicy.DESTROY);
    this.name = group.ref;
    this.arn = group.attrArn;
  }

  /** Permits writing to it. Its ARN ends in `:*` for its streams. */
  write(): Grant {
    return { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], on: [this.arn] };
  }
}
