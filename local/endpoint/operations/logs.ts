import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../kernel/failure';
import type { CloudWatchLogs, LogGroupRecord, LogStreamRecord } from '../../runtime/logs/cloudwatch-logs';
import { atMost, oneOf } from '../constraints';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { eventOperations, groupNameOf } from './logs-events';

type LogsHandlers = Handlers<typeof sdk>;

/** CloudWatch Logs. */
export function logsOperations(logs: CloudWatchLogs): LogsHandlers {
  return { ...groupOperations(logs), ...streamOperations(logs), ...tagging(logs), ...eventOperations(logs) };
}

function groupOperations(logs: CloudWatchLogs): LogsHandlers {
  return {
    CreateLogGroup({ logGroupName = '', kmsKeyId, tags }) {
      logs.createGroup({ name: logGroupName, kmsKeyId, tags });
      return {};
    },
    DeleteLogGroup({ logGroupName = '' }) {
      logs.deleteGroup(logGroupName);
      return {};
    },
    DescribeLogGroups({ logGroupNamePrefix, logGroupNamePattern, limit, nextToken }) {
      checkLimit(limit);
      const found = logs
        .groupsBy(logGroupNamePrefix)
        .filter(({ name }) => !logGroupNamePattern || name.toLowerCase().includes(logGroupNamePattern.toLowerCase()));
      const { items, next } = pageOf(found, { token: nextToken, size: limit }, 50);
      return { logGroups: items.map((group) => groupOf(logs, group)), nextToken: next };
    },
    PutRetentionPolicy({ logGroupName = '', retentionInDays }) {
      logs.configureGroup(logGroupName, { retentionDays: retentionInDays });
      return {};
    },
    DeleteRetentionPolicy({ logGroupName = '' }) {
      logs.configureGroup(logGroupName, { retentionDays: undefined });
      return {};
    },
  };
}

function streamOperations(logs: CloudWatchLogs): LogsHandlers {
  return {
    CreateLogStream({ logGroupName = '', logStreamName = '' }) {
      logs.createStream(logGroupName, logStreamName);
      return {};
    },
    DeleteLogStream({ logGroupName = '', logStreamName = '' }) {
      logs.deleteStream(logGroupName, logStreamName);
      return {};
    },
    DescribeLogStreams(input) {
      checkLimit(input.limit);
      const orders = ['LogStreamName', 'LastEventTime'];
      oneOf(orders, { member: 'orderBy', value: input.orderBy, code: 'InvalidParameterException' });
      const group = groupNameOf(input.logGroupName, input.logGroupIdentifier);
      const streams = logs.streamsOf(group, input.logStreamNamePrefix);
      if (input.orderBy === 'LastEventTime') {
        if (input.logStreamNamePrefix) {
          throw new AwsError('InvalidParameterException', 'Cannot order by LastEventTime with a logStreamNamePrefix.');
        }
        streams.sort((a, b) => (a.lastEventAt ?? 0) - (b.lastEventAt ?? 0));
      }
      if (input.descending) streams.reverse();
      const { items, next } = pageOf(streams, { token: input.nextToken, size: input.limit }, 50);
      return { logStreams: items.map((stream) => streamOf(logs, stream)), nextToken: next };
    },
  };
}

function tagging(logs: CloudWatchLogs): LogsHandlers {
  const named = (resourceArn: string | undefined) => logs.group(groupNameOf(undefined, resourceArn));
  return {
    TagResource({ resourceArn, tags = {} }) {
      const group = named(resourceArn);
      logs.configureGroup(group.name, { tags: { ...group.tags, ...tags } });
      return {};
    },
    UntagResource({ resourceArn, tagKeys = [] }) {
      const group = named(resourceArn);
      const kept = Object.entries(group.tags).filter(([key]) => !tagKeys.includes(key));
      logs.configureGroup(group.name, { tags: Object.fromEntries(kept) });
      return {};
    },
    ListTagsForResource: ({ resourceArn }) => ({ tags: { ...named(resourceArn).tags } }),
  };
}

function groupOf(logs: CloudWatchLogs, group: LogGroupRecord): sdk.LogGroup {
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    retentionInDays: group.retentionDays,
    kmsKeyId: group.kmsKeyId,
    metricFilterCount: 0,
    arn: `${logs.arn(group.name)}:*`,
    logGroupArn: logs.arn(group.name),
    logGroupClass: 'STANDARD',
    storedBytes: 0,
  };
}

function streamOf(logs: CloudWatchLogs, stream: LogStreamRecord): sdk.LogStream {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    firstEventTimestamp: stream.firstEventAt,
    lastEventTimestamp: stream.lastEventAt,
    lastIngestionTime: stream.lastIngestedAt,
    arn: `${logs.arn(stream.group)}:log-stream:${stream.name}`,
    uploadSequenceToken: String(stream.events).padStart(56, '0'),
    storedBytes: 0,
  };
}

/** At most fifty groups and streams are returned at a time. */
function checkLimit(value: number | undefined): void {
  atMost(50, { member: 'limit', value, code: 'InvalidParameterException' });
}
