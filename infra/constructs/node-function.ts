import { CfnEventInvokeConfig, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Architecture } from '../settings/types';
import { functionBundle } from './function-bundle';
import { LogGroup } from './log-group';
import { type Grant, grantedRole } from './role';

export interface NodeFunctionProps {
  /** Its own name, and that of its log group. */
  readonly functionName: string;
  readonly description: string;
  /** The folder under `lambdas/` whose `handler.ts` is its code. */
  readonly source: string;
  readonly architecture: Architecture;
  readonly timeoutSeconds: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** What it may do beside writing its log. */
  readonly grants: Readonly<Record<string, Grant>>;
}

/** A function that CodePipeline invokes: bundled into one file, with a role and a log group of its own. */
export class NodeFunction extends Construct {
  readonly functionName: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const log = new LogGroup(this, 'Log', `/aws/lambda/${props.functionName}`);
    const role = grantedRole(this, 'Role', {
      trusts: { service: 'lambda.amazonaws.com' },
      description: props.description,
      grants: {
        ...props.grants,
        Log: log.write(),
        AnswerThePipeline: {
          actions: ['codepipeline:PutJobSuccessResult', 'codepipeline:PutJobFailureResult'],
          because: 'The answer to a job knows no resources (A43).',
        },
      },
    });
    const fn = new CfnFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      runtime: 'nodejs24.x',
      architectures: [props.architecture],
      handler: 'index.handler',
      code: functionBundle(this, props.source),
      role: role.attrArn,
      memorySize: 256,
      timeout: props.timeoutSeconds,
      loggingConfig: { logGroup: log.name },
      environment: props.environment && { variables: { ...props.environment } },
    });
    // A function that fails has told the pipeline so; Lambda must not run it again by itself (A38).
    new CfnEventInvokeConfig(this, 'Invocation', {
      functionName: fn.ref,
      qualifier: '$LATEST',
      maximumRetryAttempts: 0,
    });
    this.functionName = fn.ref;
    this.arn = fn.attrArn;
  }
}
