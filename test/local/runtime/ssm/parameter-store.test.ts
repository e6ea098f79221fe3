import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { ParameterStore } from '../../../../local/runtime/ssm/parameter-store';
import { room } from '../../../rig/room';
import { type Serving, serve } from '../../endpoint/serving';

let serving: Serving;
let ssm: SSMClient;

beforeEach(async () => {
  serving = await serve();
  ssm = new SSMClient(serving.client());
});
afterEach(() => serving.stop());

const put = (input: Partial<PutParameterCommandInput>) =>
  ssm.send(new PutParameterCommand({ Name: '/demo/version', Value: '1', Type: 'String', ...input }));
const overwrite = (Value: string) => put({ Value, Overwrite: true, Type: undefined });

test('the first version is 1, and every overwrite adds one, even with the same value (C1)', async () => {
  expect(await put({})).toMatchObject({ Version: 1, Tier: 'Standard' });
  expect(await overwrite('1')).toMatchObject({ Version: 2 });
  expect(await overwrite('1')).toMatchObject({ Version: 3 });
});

test('an existing parameter is overwritten only on request (C3)', async () => {
  await put({});
  await expect(put({})).rejects.toMatchObject({
    name: 'ParameterAlreadyExists',
    message: 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  });
});

test('the type is required for a new parameter only (C3)', async () => {
  await expect(put({ Type: undefined })).rejects.toMatchObject({ name: 'ValidationException' });
});

test('the latest hundred versions are stored (C4)', async () => {
  await put({});
  for (let version = 2; version <= 103; version++) serving.parameters.put(next(version));
  const { Parameters = [], NextToken } = await ssm.send(new GetParameterHistoryCommand({ Name: '/demo/version' }));
  expect([Parameters.length, Parameters[0]?.Version]).toEqual([50, 4]);
  const rest = await ssm.send(new GetParameterHistoryCommand({ Name: '/demo/version', NextToken }));
  expect([rest.Parameters?.at(-1)?.Version, rest.NextToken]).toEqual([103, undefined]);
});

test('a label on the oldest version prevents the hundred and first (C4)', async () => {
  await put({});
  await ssm.send(new LabelParameterVersionCommand({ Name: '/demo/version', ParameterVersion: 1, Labels: ['first'] }));
  for (let version = 2; version <= 100; version++) serving.parameters.put(next(version));
  await expect(overwrite('101')).rejects.toMatchObject({
    name: 'ParameterMaxVersionLimitExceeded',
    message: expect.stringContaining("Version 1, the oldest version, can't be deleted"),
  });
  expect(serving.parameters.get('/demo/version').version).toBe(100);
});

test('a label moves to another version, and invalid labels are refused (C5)', async () => {
  await put({});
  await overwrite('2');
  const label = (ParameterVersion: number, Labels: string[]) =>
    ssm.send(new LabelParameterVersionCommand({ Name: '/demo/version', ParameterVersion, Labels }));
  await label(1, ['stable']);
  expect((await label(2, ['stable', '1st', 'aws-x'])).InvalidLabels).toEqual(['1st', 'aws-x']);
  const { Parameters = [] } = await ssm.send(new GetParameterHistoryCommand({ Name: '/demo/version' }));
  expect(Parameters.map(({ Labels }) => Labels)).toEqual([[], ['stable']]);
});

test('a deleted parameter starts again at version 1 (C6)', async () => {
  await put({});
  await overwrite('2');
  await ssm.send(new DeleteParameterCommand({ Name: '/demo/version' }));
  expect(await put({})).toMatchObject({ Version: 1 });
});

describe('names and values that Parameter Store refuses (C8)', () => {
  test.each<[string, Partial<PutParameterCommandInput>, string]>([
    ['a reserved path', { Name: '/aws/demo' }, 'AccessDeniedException'],
    ['a reserved name', { Name: 'ssm-demo' }, 'ValidationException'],
    ['a space', { Name: '/a b' }, 'ValidationException'],
    ['a path without its first slash', { Name: 'a/b' }, 'ValidationException'],
    ['sixteen levels', { Name: '/a'.repeat(16) }, 'HierarchyLevelLimitExceededException'],
    ['a value above 4 KB', { Value: 'x'.repeat(4097) }, 'ValidationException'],
    ['an unknown type', { Type: 'Number' as 'String' }, 'ValidationException'],
    [
      'a value that its own pattern forbids',
      { AllowedPattern: '\\d+', Value: 'x' },
      'ParameterPatternMismatchException',
    ],
    ['a secret, for want of a key', { Type: 'SecureString' }, 'NotSupportedLocally'],
  ])('%s', async (_, input, name) => {
    await expect(put(input)).rejects.toMatchObject({ name });
  });
});

test('the advanced tier takes 8 KB (C8)', async () => {
  expect(await put({ Value: 'x'.repeat(8000), Tier: 'Intelligent-Tiering' })).toMatchObject({ Tier: 'Advanced' });
});

test('a selector finds a version by number or label, and the answer repeats it (C11)', async () => {
  await put({});
  await overwrite('2');
  await ssm.send(new LabelParameterVersionCommand({ Name: '/demo/version', ParameterVersion: 1, Labels: ['stable'] }));
  const get = async (Name: string) => (await ssm.send(new GetParameterCommand({ Name }))).Parameter;
  expect(await get('/demo/version')).toMatchObject({ Value: '2', Version: 2, DataType: 'text' });
  expect(await get('/demo/version:1')).toMatchObject({ Value: '1', Selector: ':1' });
  expect(await get('/demo/version:stable')).toMatchObject({ Value: '1', Selector: ':stable' });
  const arn = 'arn:aws:ssm:eu-west-1:000000000000:parameter/demo/version';
  expect(await get(`${arn}:1`)).toMatchObject({ Name: '/demo/version', Value: '1', ARN: arn });
  await expect(get('/demo/version:7')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
  await expect(get('/demo/none')).rejects.toMatchObject({ name: 'ParameterNotFound' });
});

test('several parameters are read at once, and missing ones are named', async () => {
  await put({});
  const answer = await ssm.send(new GetParametersCommand({ Names: ['/demo/version', '/demo/none'] }));
  expect([answer.Parameters?.map(({ Name }) => Name), answer.InvalidParameters]).toEqual([
    ['/demo/version'],
    ['/demo/none'],
  ]);
});

test('a path lists its children, and all descendants on request', async () => {
  for (const Name of ['/demo/a', '/demo/b/c', '/demonstration', 'plain']) await put({ Name });
  const names = async (Recursive: boolean) =>
    (await ssm.send(new GetParametersByPathCommand({ Path: '/demo', Recursive }))).Parameters?.map(({ Name }) => Name);
  expect(await names(false)).toEqual(['/demo/a']);
  expect(await names(true)).toEqual(['/demo/a', '/demo/b/c']);
});

test('parameters are described by filters, and have tags', async () => {
  await put({ Name: '/demo/a', Description: 'first', Tags: [{ Key: 'team', Value: 'web' }] });
  await put({ Name: '/demo/b', Type: 'StringList' });
  await ssm.send(
    new AddTagsToResourceCommand({
      ResourceType: 'Parameter',
      ResourceId: '/demo/b',
      Tags: [{ Key: 'x', Value: 'y' }],
    }),
  );
  const described = async (Key: string, Values: string[]) =>
    (await ssm.send(new DescribeParametersCommand({ ParameterFilters: [{ Key, Values }] }))).Parameters;
  expect(await described('Name', ['/demo/a'])).toMatchObject([{ Description: 'first', Version: 1 }]);
  expect(await described('Type', ['StringList'])).toMatchObject([{ Name: '/demo/b' }]);
  expect(await described('tag:team', ['web'])).toMatchObject([{ Name: '/demo/a' }]);
  const tags = await ssm.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: '/demo/b' }));
  expect(tags.TagList).toEqual([{ Key: 'x', Value: 'y' }]);
});

test('acknowledged writes survive the process, with their version', () => {
  const made = room();
  new ParameterStore(made).put(next(1));
  expect(new ParameterStore(made).put(next(2))).toEqual({ version: 2, tier: 'Standard' });
});

test('AWS’s public parameters are answered by another source', () => {
  const parameters = new ParameterStore({
    ...room(),
    publicParameters: (name) => (name.endsWith('/al2023') ? 'ami-0' : undefined),
  });
  expect(parameters.value('/aws/service/ami-amazon-linux-latest/al2023')).toBe('ami-0');
  expect(parameters.value('/aws/service/other')).toBeUndefined();
});

const next = (version: number) => ({
  name: '/demo/version',
  value: String(version),
  type: 'String',
  overwrite: true,
  by: 'arn:aws:iam::000000000000:user/local-administrator',
});

test('a name with and without its first slash is one parameter', async () => {
  await ssm.send(new PutParameterCommand({ Name: 'plain', Value: 'v', Type: 'String' }));
  expect((await ssm.send(new GetParameterCommand({ Name: '/plain' }))).Parameter).toMatchObject({ Name: 'plain' });
  const filter = { Key: 'Name', Values: ['/plain'] };
  const { Parameters } = await ssm.send(new DescribeParametersCommand({ ParameterFilters: [filter] }));
  expect(Parameters?.map(({ Name }) => Name)).toEqual(['plain']);
  const Tags = [{ Key: 'k', Value: 'v' }];
  await ssm.send(new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: '/plain', Tags }));
  const list = new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: 'plain' });
  expect((await ssm.send(list)).TagList).toEqual([{ Key: 'k', Value: 'v' }]);
});

test('an unknown data type is refused', async () => {
  const bogus = new PutParameterCommand({ Name: 'dt', Value: 'v', Type: 'String', DataType: 'bogus' });
  await expect(ssm.send(bogus)).rejects.toMatchObject({ name: 'ValidationException' });
});

test.each([
  ['a value that names another parameter', { Value: 'a {{ssm:b}}' }],
  ['a tag with characters that AWS does not take', { Tags: [{ Key: 'k', Value: 'a;b' }] }],
])('%s is refused', async (_title, more) => {
  const put = new PutParameterCommand({ Name: '/odd', Value: 'v', Type: 'String', ...more });
  await expect(ssm.send(put)).rejects.toMatchObject({ name: 'ValidationException' });
});
