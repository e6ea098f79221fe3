import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodeCommitClient } from '@aws-sdk/client-codecommit';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';

/** The services that the commands ask. */
export interface Clients {
  readonly codePipeline: CodePipelineClient;
  readonly codeCommit: CodeCommitClient;
  readonly cloudFormation: CloudFormationClient;
  readonly autoScaling: AutoScalingClient;
  readonly cloudWatch: CloudWatchClient;
}

/** With the usual settings for AWS. */
export function clientsOf(): Clients {
  return {
    codePipeline: noted(new CodePipelineClient({})),
    codeCommit: noted(new CodeCommitClient({})),
    cloudFormation: noted(new CloudFormationClient({})),
    autoScaling: noted(new AutoScalingClient({})),
    cloudWatch: noted(new CloudWatchClient({})),
  };
}

/** The operation that an error came from, where a client of ours asked for it. */
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

/** The client; its errors remember what was asked, because "access denied" alone helps nobody. */
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
