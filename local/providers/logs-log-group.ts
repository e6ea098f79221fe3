import type { Provider } from '../engine/provider';
import { isAwsError } from '../kernel/failure';
import type { CloudWatchLogs } from '../runtime/logs/cloudwatch-logs';
import { resourceTags, type TagList } from './resource-tags';

interface Properties {
  LogGroupName?: string;
  RetentionInDays?: number | string;
  KmsKeyId?: string;
  LogGroupClass?: string;
  Tags?: TagList;
}

/** Log groups. */
export function logsLogGroup(logs: CloudWatchLogs): Provider<Properties> {
  const settings = ({ RetentionInDays, KmsKeyId }: Properties) => ({
    retentionDays: RetentionInDays === undefined ? undefined : Number(RetentionInDays),
    kmsKeyId: KmsKeyId,
  });
  const provided = (name: string) => ({ physicalId: name, attributes: { Arn: `${logs.arn(name)}:*` } });
  return {
    type: 'AWS::Logs::LogGroup',
    fidelity: 'real',
    properties: {
      LogGroupName: 'real',
      RetentionInDays: 'record',
      KmsKeyId: 'record',
      LogGroupClass: 'record',
      Tags: 'real',
    },
    createOnly: ['LogGroupName'],
    attributes: ['Arn'],
    note: 'Events are stored until the group is deleted: nothing expires here.',
    async create(ctx, properties) {
      const name = properties.LogGroupName ?? ctx.physicalName({ length: 512 });
      logs.createGroup({ name });
      ctx.created(name);
      logs.configureGroup(name, { ...settings(properties), tags: resourceTags(ctx, properties.Tags) });
      return provided(name);
    },
    async update(ctx, { physicalId }, next) {
      logs.configureGroup(physicalId, { ...settings(next), tags: resourceTags(ctx, next.Tags) });
      return provided(physicalId);
    },
    async delete(_ctx, { physicalId }) {
      try {
        logs.deleteGroup(physicalId);
      } catch (error) {
        if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
      }
    },
  };
}
