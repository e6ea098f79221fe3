import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logsLogGroup } from '../../../local/providers/logs-log-group';
import { CloudWatchLogs } from '../../../local/runtime/logs/cloudwatch-logs';
import { room } from '../../rig/room';
import { givenTags, providerContext } from './provider-context';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logs-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a log group is created, records its retention, and is deleted with its events', async () => {
  const logs = new CloudWatchLogs({ ...room(), directory });
  const provider = logsLogGroup(logs);
  const ctx = providerContext();
  const properties = { LogGroupName: '/aws/lambda/demo', RetentionInDays: '30' };
  const provided = await provider.create(ctx, properties);
  expect(provided).toEqual({
    physicalId: '/aws/lambda/demo',
    attributes: { Arn: 'arn:aws:logs:eu-west-1:000000000000:log-group:/aws/lambda/demo:*' },
  });
  expect(logs.group('/aws/lambda/demo')).toMatchObject({ retentionDays: 30, tags: givenTags });
  logs.write('/aws/lambda/demo', 'one', ['x']);
  await provider.update?.(ctx, { ...provided, properties }, { LogGroupName: '/aws/lambda/demo' });
  expect(logs.group('/aws/lambda/demo').retentionDays).toBeUndefined();
  await provider.delete(ctx, { ...provided, properties });
  await provider.delete(ctx, { ...provided, properties });
  expect(logs.groupsBy()).toEqual([]);
});

test('a log group that a service created earlier makes the stack fail, as on AWS', async () => {
  const logs = new CloudWatchLogs({ ...room(), directory });
  logs.write('/aws/lambda/demo', 'one', ['x']);
  const create = logsLogGroup(logs).create(providerContext(), { LogGroupName: '/aws/lambda/demo' });
  await expect(create).rejects.toMatchObject({ code: 'ResourceAlreadyExistsException' });
});
