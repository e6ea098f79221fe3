import type { Provider } from '../engine/provider';
import type { EventBridge, Rule, RuleTarget } from '../runtime/events/event-bridge';

interface Properties {
  Name?: string;
  Description?: string;
  EventPattern?: Rule['pattern'];
  State?: 'ENABLED' | 'DISABLED';
  Targets?: { Id: string; Arn: string; RoleArn?: string; Input?: string; [other: string]: unknown }[];
  Tags?: { Key: string; Value: string }[];
}

const TARGET_FIELDS = new Set(['Id', 'Arn', 'RoleArn', 'Input']);

/** Rules on the default event bus, with an event pattern. */
export function eventsRule(events: EventBridge): Provider<Properties> {
  const put = (name: string, properties: Properties) => {
    const { arn } = events.putRule({
      name,
      description: properties.Description,
      pattern: properties.EventPattern ?? {},
      state: properties.State ?? 'ENABLED',
      targets: (properties.Targets ?? []).map(toTarget),
    });
    return { physicalId: name, attributes: { Arn: arn } };
  };
  return {
    type: 'AWS::Events::Rule',
    fidelity: 'real',
    properties: {
      Name: 'real',
      Description: 'record',
      EventPattern: 'real',
      State: 'real',
      Targets: 'real',
      Tags: 'record',
    },
    createOnly: ['Name'],
    attributes: ['Arn'],
    note: 'Rules with an event pattern; targets are pipelines, functions and topics, whose own policies must permit EventBridge. Schedules and input transformers are refused.',
    refuse: ({ EventPattern, Targets = [] }) => [
      ...(EventPattern ? [] : ['EventPattern: a rule without it']),
      ...Targets.flatMap((target, index) =>
        Object.keys(target)
          .filter((field) => !TARGET_FIELDS.has(field))
          .map((field) => `Targets.${index}.${field}`),
      ),
    ],
    async create(ctx, properties) {
      const name = properties.Name ?? ctx.physicalName({ length: 64 });
      ctx.created(name);
      return put(name, properties);
    },
    update: async (_ctx, current, next) => put(current.physicalId, next),
    delete: async (_ctx, current) => events.deleteRule(current.physicalId),
  };
}

function toTarget({ Id, Arn, RoleArn, Input }: NonNullable<Properties['Targets']>[number]): RuleTarget {
  return { id: Id, arn: Arn, roleArn: RoleArn, input: Input };
}
