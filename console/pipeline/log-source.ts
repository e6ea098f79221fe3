import type { ActionExecutionDetail } from '@aws-sdk/client-codepipeline';

/** A log that an action writes, or the events of the stack that it changes. */
export type LogSource =
  | { readonly kind: 'stream'; readonly group: string; readonly stream: string }
  /** All streams of a group, or the events of a stack, from the beginning of an action on, in milliseconds. */
  | { readonly kind: 'group'; readonly group: string; readonly from: number }
  | { readonly kind: 'stack'; readonly stackName: string; readonly from: number }
  /** A build: its log is known only once it has begun. */
  | { readonly kind: 'build'; readonly id: string };

/** Milliseconds after an action's end in which its function may still write: the report of its invocation. */
const AFTERWARDS_MS = 10_000;

/** Returns the log of an action; undefined for an action that writes none, such as an approval. */
export function logSourceOf({ input, output, startTime }: ActionExecutionDetail): LogSource | undefined {
  const configuration = input?.resolvedConfiguration ?? input?.configuration ?? {};
  return sourceOf(input?.actionTypeId?.provider ?? '', {
    id: output?.executionResult?.externalExecutionId,
    functionName: configuration['FunctionName'],
    stackName: configuration['StackName'],
    from: startTime?.getTime() ?? 0,
  });
}

/** Returns the time up to which an action may write, in milliseconds; undefined while it runs. */
export function logEndOf({ startTime, lastUpdateTime, status }: ActionExecutionDetail): number | undefined {
  const last = lastUpdateTime ?? startTime;
  return status === 'InProgress' || !last ? undefined : last.getTime() + AFTERWARDS_MS;
}

interface Known {
  readonly id?: string;
  readonly functionName?: string;
  readonly stackName?: string;
  readonly from: number;
}

function sourceOf(provider: string, { id, functionName, stackName, from }: Known): LogSource | undefined {
  if (provider === 'CodeBuild' && id) return { kind: 'build', id };
  if (provider === 'Lambda' && functionName) return { kind: 'group', group: `/aws/lambda/${functionName}`, from };
  if (provider === 'CloudFormation' && stackName) return { kind: 'stack', stackName, from };
  return undefined;
}

/** Returns the log of an image's build, by the ARN of its build version (D14). */
export function imageLogOf(arn: string): LogSource | undefined {
  const [, name, version, build] = /:image\/([^/]+)\/([^/]+)\/(\d+)$/.exec(arn) ?? [];
  return name ? { kind: 'stream', group: `/aws/imagebuilder/${name}`, stream: `${version}/${build}` } : undefined;
}
