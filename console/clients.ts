import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { CodeCommitClient } from '@aws-sdk/client-codecommit';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import type { EC2Client } from '@aws-sdk/client-ec2';

/** The services that the commands ask. */
export interface Clients {
  readonly codePipeline: CodePipelineClient;
  readonly codeCommit: CodeCommitClient;
  readonly cloudFormation: CloudFormationClient;
  readonly autoScaling: AutoScalingClient;
  readonly cloudWatch: CloudWatchClient;
  readonly codeBuild: CodeBuildClient;
  readonly logs: CloudWatchLogsClient;
  readonly ec2: EC2Client;
}

/** Returns clients with the usual settings for AWS, in the region of those settings or in another one. */
export function clientsOf(region?: string): Clients {
  const options = region === undefined ? {} : { region };
  // Few commands need these, and EC2's takes longer to load than all others together.
  const codeBuild = once(() => {
    const { CodeBuildClient }: typeof import('@aws-sdk/client-codebuild') = require('@aws-sdk/client-codebuild');
    return noted(new CodeBuildClient(options));
  });
  const logs = once(() => {
    const sdk: typeof import('@aws-sdk/client-cloudwatch-logs') = require('@aws-sdk/client-cloudwatch-logs');
    return noted(new sdk.CloudWatchLogsClient(options));
  });
  const ec2 = once(() => {
    const { EC2Client }: typeof import('@aws-sdk/client-ec2') = require('@aws-sdk/client-ec2');
    return noted(new EC2Client(options));
  });
  return {
    codePipeline: noted(new CodePipelineClient(options)),
    codeCommit: noted(new CodeCommitClient(options)),
    cloudFormation: noted(new CloudFormationClient(options)),
    autoScaling: noted(new AutoScalingClient(options)),
    cloudWatch: noted(new CloudWatchClient(options)),
    get codeBuild() {
      return codeBuild();
    },
    get logs() {
      return logs();
    },
    get ec2() {
      return ec2();
    },
  };
}

/** Returns a function that makes the value at its first call, and returns the same one from then on. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Returns the operation that caused an error of one of these clients. */
export function operationOf(error: unknown): string | undefined {
  return error instanceof Error ? operations.get(error) : undefined;
}

const operations = new WeakMap<Error, string>();

interface Stack {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<unknown>,
        context: { readonly commandName?: string },
      ) => (args: never) => Promise<unknown>,
      options: { readonly step: 'initialize' },
    ): void;
  };
}

/** Returns the client. Its errors record the operation, because "access denied" alone does not help. */
function noted<T>(client: T): T {
  (client as Stack).middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          if (error instanceof Error) operations.set(error, commandName.replace(/Command$/, ''));
          throw error;
        }
      },
    { step: 'initialize' },
  );
  return client;
}
