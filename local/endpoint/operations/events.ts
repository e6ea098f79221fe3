import type * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { EventBridge, Rule } from '../../runtime/events/event-bridge';
import type { Handlers } from '../handlers';

/** EventBridge, on the default bus. */
export function eventsOperations(events: EventBridge): Handlers<typeof sdk> {
  return {
    ListRules({ NamePrefix, EventBusName }) {
      defaultBusOnly(EventBusName);
      return { Rules: events.listRules(NamePrefix).map(describe) };
    },
    DescribeRule({ Name = '', EventBusName }) {
      defaultBusOnly(EventBusName);
      return describe(events.rule(Name));
    },
    ListTargetsByRule({ Rule = '', EventBusName }) {
      defaultBusOnly(EventBusName);
      const { targets } = events.rule(Rule);
      return {
        Targets: targets.map(({ id, arn, roleArn, input }) => ({ Id: id, Arn: arn, RoleArn: roleArn, Input: input })),
      };
    },
    PutEvents({ Entries = [] }) {
      if (Entries.length < 1 || Entries.length > MOST_ENTRIES) throw wrongEntryCount();
      for (const { EventBusName } of Entries) defaultBusOnly(EventBusName);
      const results = Entries.map((entry) => put(events, entry));
      return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length, Entries: results };
    },
  };
}

const MOST_ENTRIES = 10;

/** One entry's end is not the others': each has its own answer. */
function put(events: EventBridge, entry: sdk.PutEventsRequestEntry): sdk.PutEventsResultEntry {
  const { Source, DetailType, Detail, Resources = [], Time } = entry;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (!value)
      return refused('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  }
  if (Source?.startsWith('aws.')) return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const detail = parse(Detail ?? '');
  if (!detail) return refused('MalformedDetail', 'Detail is malformed.');
  const event = { source: Source ?? '', detailType: DetailType ?? '', resources: Resources, detail, time: Time };
  return { EventId: events.publish(event) };
}

function refused(ErrorCode: string, ErrorMessage: string): sdk.PutEventsResultEntry {
  return { ErrorCode, ErrorMessage };
}

function describe({ name, arn, description, pattern, state }: Rule) {
  return {
    Name: name,
    Arn: arn,
    Description: description,
    EventPattern: JSON.stringify(pattern),
    State: state,
    EventBusName: 'default',
  };
}

/** The detail, which must be an object. */
function parse(detail: string): object | undefined {
  try {
    const value: unknown = JSON.parse(detail);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function defaultBusOnly(name = 'default'): void {
  if (name !== 'default' && !name.endsWith(':event-bus/default'))
    throw new NotSupportedLocally(`The event bus ${name}`);
}

function wrongEntryCount(): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to ${MOST_ENTRIES}, Member must have length greater than or equal to 1`,
  );
}
