import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { changeSetRequest, operationRequest } from '../../../local/endpoint/operations/cloudformation-requests';
import { type Serving, serve } from './serving';

let serving: Serving;

beforeAll(async () => {
  serving = await serve();
});

afterAll(() => serving.stop());

test.each<[string, () => Promise<unknown>, string, string]>([
  [
    'an order of streams',
    () =>
      new CloudWatchLogsClient(serving.client()).send(
        new DescribeLogStreamsCommand({ logGroupName: 'g', orderBy: 'Size' as 'LogStreamName' }),
      ),
    'InvalidParameterException',
    "Value 'Size' at 'orderBy' failed to satisfy constraint: Member must satisfy enum value set: [LogStreamName, LastEventTime]",
  ],
  [
    'more groups than a page holds',
    () => new CloudWatchLogsClient(serving.client()).send(new DescribeLogGroupsCommand({ limit: 51 })),
    'InvalidParameterException',
    "Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50",
  ],
  [
    'more parameters than a page holds',
    () => new SSMClient(serving.client()).send(new DescribeParametersCommand({ MaxResults: 51 })),
    'ValidationException',
    "Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50",
  ],
])('%s with a value that AWS does not have is refused', async (_title, send, name, message) => {
  await expect(send()).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
});

test('an unknown change set type, or OnFailure value, is refused', () => {
  const refusal = (message: string) => expect.objectContaining({ code: 'ValidationError', message }) as Error;
  const begin = '1 validation error detected: Value';
  expect(() => changeSetRequest({} as never, { ChangeSetType: 'INVALID' } as never)).toThrow(
    refusal(
      `${begin} 'INVALID' at 'changeSetType' failed to satisfy constraint: Member must satisfy enum value set: [IMPORT, CREATE, UPDATE]`,
    ),
  );
  expect(() => operationRequest({} as never, { OnFailure: 'BOGUS' } as never)).toThrow(
    refusal(
      `${begin} 'BOGUS' at 'onFailure' failed to satisfy constraint: Member must satisfy enum value set: [DELETE, DO_NOTHING, ROLLBACK]`,
    ),
  );
});
