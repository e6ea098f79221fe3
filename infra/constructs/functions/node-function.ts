import { CfnEventInvokeConfig, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Architecture } from '../../settings/types';
import type { Grants } from '../roles/grant';
import { grantedRole } from '../roles/role';
import { functionBundle } from './function-bundle';
import { LogGroup } from './log-group';

export interface NodeFunctionProps {
  /** Its own name, and that of its log group. */
  readonly functionName: string;
  readonly description: string;
  /** Name of its role. Default: CloudFormation generates one. */
  readonly roleName?: string | undefined;
  /** The folder under `lambdas/` with its `handler.ts`. */
  readonly source: string;
  readonly architecture: Architecture;
  readonly timeoutSeconds: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Invoker of the function: the pipeline, which waits for an answer, or a rule of EventBridge. */
  readonly invokedBy: 'pipeline' | 'rule';
  /** Permissions beside writing its log and answering the pipeline. */
  readonly grants: Grants;
}

/** A function: bundled into one file, with its own role and log group. */
export class NodeFunction extends Construct {
  readonly functionName: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const log = new LogGroup(this, 'Log', `/aws/lambda/${props.functionName}`);
    const role = grantedRole(this, 'Role', {
      roleName: props.roleName,
      trusts: { service: 'lambda.amazonaws.com' },
      description: props.description,
      grants: {
        ...props.grants,
        Log: log.write(),
        ...(props.invokedBy === 'pipeline' ? ANSWER : {}),
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
    new CfnEventInvokeConfig(this, 'Invocation', {
      functionName: fn.ref,
      qualifier: '$LATEST',
      // A failed function has reported its result to the pipeline, so Lambda must not retry it (A38). Nothing waits
      // for the
      // result of an event, so there a retry is the only remedy.
      maximumRetryAttempts: props.invokedBy === 'pipeline' ? 0 : 2,
    });
    this.functionName = fn.ref;
    this.arn = fn.attrArn;
  }
}

const ANSWER: Grants = {
  AnswerThePipeline: {
    actions: ['codepipeline:PutJobSuccessResult', 'codepipeline:PutJobFailureResult'],
    because: 'The answer to a job knows no resources (A43).',
  },
};
