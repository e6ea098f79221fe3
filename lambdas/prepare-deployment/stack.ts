import {
  type CloudFormationClient,
  ContinueUpdateRollbackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  type Stack as StackDescription,
  type StackEvent,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { changedAt } from '../fleet-stack';

/** A stack in its current state. `id` is unique for ever; another stack of the same name has another one. */
export interface Stack {
  readonly id: string;
  readonly status: string;
  readonly reason?: string;
  /** The last update began then; without one, the creation. */
  readonly changedAt: Date;
  readonly parameters: Readonly<Record<string, string>>;
}

/** One event of a resource, or, if `ofStack`, of the stack as a whole. */
export interface Happening {
  readonly ofStack: boolean;
  readonly logicalId: string;
  readonly status: string;
  readonly reason: string;
}

/** Operations of CloudFormation that are used. */
export interface Stacks {
  find(name: string): Promise<Stack | undefined>;
  /** The newest first, as far back as CloudFormation remembers (90 days). */
  history(id: string): Promise<readonly Happening[]>;
  delete(id: string): Promise<void>;
  continueRollback(id: string, skip: readonly string[]): Promise<void>;
  /** Begins an update of these parameters alone. */
  changeParameters(stack: Stack, changed: Readonly<Record<string, string>>): Promise<void>;
}

/** Each change uses the role of the stack's deployment (E7). */
export function stacksOf(cloudFormation: CloudFormationClient): Stacks {
  return {
    async find(name) {
      try {
        const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
        if (!stack) return undefined;
        return {
          id: stack.StackId!,
          status: stack.StackStatus!,
          reason: stack.StackStatusReason,
          changedAt: changedAt(stack),
          parameters: parametersOf(stack),
        };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async history(id) {
      const happenings: Happening[] = [];
      for await (const page of paginateDescribeStackEvents({ client: cloudFormation }, { StackName: id })) {
        happenings.push(...(page.StackEvents ?? []).map((event) => happening(id, event)));
      }
      return happenings;
    },
    async delete(id) {
      await cloudFormation.send(new DeleteStackCommand({ StackName: id }));
    },
    async continueRollback(id, skip) {
      const ResourcesToSkip = skip.length > 0 ? [...skip] : undefined;
      await cloudFormation.send(new ContinueUpdateRollbackCommand({ StackName: id, ResourcesToSkip }));
    },
    async changeParameters({ id, parameters }, changed) {
      const Parameters = Object.keys(parameters).map((ParameterKey) => {
        const ParameterValue = changed[ParameterKey];
        return ParameterValue === undefined
          ? { ParameterKey, UsePreviousValue: true }
          : { ParameterKey, ParameterValue };
      });
      await cloudFormation.send(new UpdateStackCommand({ StackName: id, UsePreviousTemplate: true, Parameters }));
    },
  };
}

function parametersOf({ Parameters = [] }: StackDescription): Record<string, string> {
  return Object.fromEntries(
    Parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue] as const),
  );
}

/** `Stack with id X does not exist` (E6). */
function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);
}

function happening(stackId: string, event: StackEvent): Happening {
  return {
    ofStack: event.PhysicalResourceId === stackId,
    logicalId: event.LogicalResourceId ?? '',
    status: event.ResourceStatus ?? '',
    reason: event.ResourceStatusReason ?? '',
  };
}
