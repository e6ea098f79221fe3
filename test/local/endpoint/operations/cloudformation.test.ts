import * as sdk from '@aws-sdk/client-cloudformation';
import { cloudFormationOperations } from '../../../../local/endpoint/operations/cloudformation';
import { singleScope } from '../../../../local/endpoint/options';
import { type Endpoint, startEndpoint } from '../../../../local/endpoint/server';
import { service } from '../../../../local/endpoint/service';
import { StackEngine } from '../../../../local/engine/engine';
import { SystemClock } from '../../../../local/kernel/clock';
import { AwsError } from '../../../../local/kernel/failure';
import { type Answer, ControllableProviders, type ProviderCall } from '../../../rig/controllable-provider';
import { room, testScope } from '../../../rig/room';
import { template } from './two-items';

let endpoint: Endpoint;
let engine: StackEngine;
let client: sdk.CloudFormationClient;
let answer: (call: ProviderCall) => Answer;
let providers: ControllableProviders;

beforeEach(async () => {
  answer = () => 'succeeds';
  providers = new ControllableProviders((call) => answer(call));
  const base = room(new SystemClock(1000));
  engine = new StackEngine({
    ...base,
    providers: providers.providers,
    parameters: { value: () => undefined },
    availabilityZones: ['eu-west-1a'],
  });
  const objects = {
    read(bucket: string, key: string): Buffer {
      if (bucket === 'templates' && key === 'a folder/desk.yaml') return Buffer.from(template);
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    },
    write: () => ({ versionId: 'null', eTag: '' }),
  };
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
  const principal = { kind: 'user', account: testScope.account, arn: 'arn:aws:iam::000000000000:user/me' } as const;
  endpoint = await startEndpoint({
    ...base,
    port: 0,
    credentials: () => ({ secretAccessKey: credentials.secretAccessKey, principal }),
    scope: singleScope(base.scope),
    services: {
      cloudformation: service(
        () => import('@aws-sdk/client-cloudformation'),
        cloudFormationOperations(engine, objects),
      ),
    },
  });
  client = new sdk.CloudFormationClient({
    endpoint: endpoint.url,
    region: base.scope.region,
    credentials,
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await engine.stop();
  await endpoint.close();
});

const StackName = 'desk';

async function created(more: Partial<sdk.CreateStackInput> = {}): Promise<string> {
  const { StackId } = await client.send(new sdk.CreateStackCommand({ StackName, TemplateBody: template, ...more }));
  await engine.settled();
  return StackId!;
}

async function described(name = StackName): Promise<sdk.Stack> {
  const { Stacks } = await client.send(new sdk.DescribeStacksCommand({ StackName: name }));
  return Stacks![0]!;
}

test('a stack is created, described, updated and deleted', async () => {
  const StackId = await created({ Tags: [{ Key: 'team', Value: 'red' }] });
  expect(await described()).toMatchObject({
    StackId,
    StackName,
    StackStatus: 'CREATE_COMPLETE',
    Description: 'Two items',
    Parameters: [
      { ParameterKey: 'Size', ParameterValue: '2' },
      { ParameterKey: 'Password', ParameterValue: '****' },
    ],
    Tags: [{ Key: 'team', Value: 'red' }],
    Outputs: [{ OutputKey: 'Item', OutputValue: 'A-1', Description: 'the first', ExportName: 'item' }],
  });
  await client.send(
    new sdk.UpdateStackCommand({
      StackName,
      UsePreviousTemplate: true,
      Parameters: [
        { ParameterKey: 'Size', ParameterValue: '3' },
        { ParameterKey: 'Password', UsePreviousValue: true },
      ],
    }),
  );
  await engine.settled();
  expect(await described()).toMatchObject({
    StackStatus: 'UPDATE_COMPLETE',
    LastUpdatedTime: expect.any(Date),
    Parameters: [{ ParameterKey: 'Size', ParameterValue: '3' }, {}],
  });
  await client.send(new sdk.DeleteStackCommand({ StackName }));
  await engine.settled();
  await expect(described()).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id desk does not exist',
  });
  expect((await described(StackId)).StackStatus).toBe('DELETE_COMPLETE');
  const { StackSummaries } = await client.send(new sdk.ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }));
  expect(StackSummaries).toMatchObject([{ StackId, TemplateDescription: 'Two items' }]);
});

test('the SDK can wait for a stack', async () => {
  await client.send(new sdk.CreateStackCommand({ StackName, TemplateBody: template }));
  const waited = await sdk.waitUntilStackCreateComplete({ client, maxWaitTime: 20, minDelay: 1 }, { StackName });
  expect(waited.state).toBe('SUCCESS');
});

test('events are listed newest first, with the properties of each resource (E8)', async () => {
  await created();
  const { StackEvents = [] } = await client.send(new sdk.DescribeStackEventsCommand({ StackName }));
  expect(StackEvents.map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`).toReversed()).toEqual([
    'desk CREATE_IN_PROGRESS',
    'A CREATE_IN_PROGRESS',
    'A CREATE_IN_PROGRESS',
    'A CREATE_COMPLETE',
    'B CREATE_IN_PROGRESS',
    'B CREATE_IN_PROGRESS',
    'B CREATE_COMPLETE',
    'desk CREATE_COMPLETE',
  ]);
  expect(StackEvents[1]).toMatchObject({
    PhysicalResourceId: 'B-1',
    ResourceType: 'Test::Desk::Item',
    ResourceProperties: '{"Value":"arn:test:A-1"}',
    Timestamp: expect.any(Date),
  });
});

test('resources are described by all three operations', async () => {
  await created();
  const LogicalResourceId = 'A';
  const one = await client.send(new sdk.DescribeStackResourceCommand({ StackName, LogicalResourceId }));
  expect(one.StackResourceDetail).toMatchObject({
    LogicalResourceId,
    PhysicalResourceId: 'A-1',
    ResourceStatus: 'CREATE_COMPLETE',
    Metadata: '{"made":"by hand"}',
  });
  const byId = await client.send(new sdk.DescribeStackResourcesCommand({ PhysicalResourceId: 'A-1' }));
  expect(byId.StackResources?.map((resource) => resource.LogicalResourceId)).toEqual(['A', 'B']);
  const all = await client.send(new sdk.ListStackResourcesCommand({ StackName }));
  expect(all.StackResourceSummaries?.map((resource) => resource.PhysicalResourceId)).toEqual(['A-1', 'B-1']);
});

test('a change set is created, described, listed, executed, and then gone (E17, E20)', async () => {
  await created();
  const ChangeSetName = 'bigger';
  const TemplateBody = template.replace('Default: 2', 'Default: 9').replace('  B:', '  C:');
  const { Id } = await client.send(new sdk.CreateChangeSetCommand({ StackName, ChangeSetName, TemplateBody }));
  await sdk.waitUntilChangeSetCreateComplete({ client, maxWaitTime: 20, minDelay: 1 }, { StackName, ChangeSetName });
  const set = await client.send(new sdk.DescribeChangeSetCommand({ StackName, ChangeSetName }));
  expect(set).toMatchObject({ ChangeSetId: Id, Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
  expect(set.Changes?.map(({ ResourceChange }) => [ResourceChange?.Action, ResourceChange?.LogicalResourceId])).toEqual(
    [
      ['Modify', 'A'],
      ['Add', 'C'],
      ['Remove', 'B'],
    ],
  );
  const { Summaries } = await client.send(new sdk.ListChangeSetsCommand({ StackName }));
  expect(Summaries).toMatchObject([{ ChangeSetName, ExecutionStatus: 'AVAILABLE' }]);
  await client.send(new sdk.ExecuteChangeSetCommand({ StackName, ChangeSetName }));
  await engine.settled();
  expect(await described()).toMatchObject({ StackStatus: 'UPDATE_COMPLETE', ChangeSetId: Id });
  await expect(client.send(new sdk.DescribeChangeSetCommand({ StackName, ChangeSetName }))).rejects.toMatchObject({
    name: 'ChangeSetNotFoundException',
    message: 'ChangeSet [bigger] does not exist',
    $metadata: { httpStatusCode: 404 },
  });
  const byArn = await client.send(new sdk.DescribeChangeSetCommand({ ChangeSetName: Id }));
  expect(byArn.ExecutionStatus).toBe('EXECUTE_COMPLETE');
});

test.each([
  ['with the bucket in the host', 'https://templates.s3.eu-west-1.amazonaws.com/a%20folder/desk.yaml'],
  ['with the bucket in the path', 'https://s3.eu-west-1.amazonaws.com/templates/a%20folder/desk.yaml'],
  ['of this machine', 'http://127.0.0.1:4566/templates/a%20folder/desk.yaml'],
])('a template can be named by a URL %s', async (_, TemplateURL) => {
  await created({ TemplateBody: undefined, TemplateURL });
  expect((await described()).StackStatus).toBe('CREATE_COMPLETE');
});

test('a template is validated and summarized without a stack', async () => {
  const TemplateBody = template;
  const summary = await client.send(new sdk.GetTemplateSummaryCommand({ TemplateBody }));
  expect(summary).toMatchObject({ Description: 'Two items', ResourceTypes: ['Test::Desk::Item'] });
  const valid = await client.send(new sdk.ValidateTemplateCommand({ TemplateBody }));
  expect(valid.Parameters).toMatchObject([
    { ParameterKey: 'Size', DefaultValue: '2', NoEcho: false },
    { ParameterKey: 'Password', NoEcho: true },
  ]);
  await expect(client.send(new sdk.ValidateTemplateCommand({ TemplateBody: '{}' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining('At least one Resources member must be defined.'),
  });
});

test('the template of a stack is the submitted text', async () => {
  await created();
  expect((await client.send(new sdk.GetTemplateCommand({ StackName }))).TemplateBody).toBe(template);
});

test('exports and their importing stacks are listed', async () => {
  const StackId = await created();
  const { Exports } = await client.send(new sdk.ListExportsCommand({}));
  expect(Exports).toEqual([{ Name: 'item', Value: 'A-1', ExportingStackId: StackId }]);
  const importing = 'Resources: { C: { Type: Test::Desk::Item, Properties: { Value: !ImportValue item } } }';
  await created({ StackName: 'user', TemplateBody: importing });
  expect((await client.send(new sdk.ListImportsCommand({ ExportName: 'item' }))).Imports).toEqual(['user']);
});

test('a resource is signalled by the stack id that an instance knows (F18)', async () => {
  const TemplateBody = 'Resources: { A: { Type: Test::Desk::Item, CreationPolicy: { ResourceSignal: {} } } }';
  const { StackId } = await client.send(new sdk.CreateStackCommand({ StackName, TemplateBody }));
  const signal = { LogicalResourceId: 'A', UniqueId: 'i-1', Status: 'SUCCESS' } as const;
  await client.send(new sdk.SignalResourceCommand({ StackName: StackId, ...signal }));
  await engine.settled();
  expect((await described()).StackStatus).toBe('CREATE_COMPLETE');
  await expect(client.send(new sdk.SignalResourceCommand({ StackName, ...signal }))).rejects.toMatchObject({
    message: expect.stringContaining('is in CREATE_COMPLETE state and can not be signaled'),
  });
});

test('a failed update rollback is continued (E3)', async () => {
  await created();
  answer = ({ verb }) => (verb === 'update' ? { fails: 'no' } : 'succeeds');
  const TemplateBody = template.replace('Default: 2', 'Default: 9');
  await client.send(new sdk.UpdateStackCommand({ StackName, TemplateBody }));
  await engine.settled();
  expect((await described()).StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
  answer = () => 'succeeds';
  await client.send(new sdk.ContinueUpdateRollbackCommand({ StackName, ResourcesToSkip: ['A'] }));
  await engine.settled();
  expect((await described()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('a creation with rollback disabled stays, and is rolled back when asked (E4)', async () => {
  answer = ({ verb, logicalId }) => (verb === 'create' && logicalId === 'B' ? { fails: 'no' } : 'succeeds');
  await created({ DisableRollback: true });
  expect(await described()).toMatchObject({ StackStatus: 'CREATE_FAILED' });
  await client.send(new sdk.RollbackStackCommand({ StackName }));
  await engine.settled();
  expect((await described()).StackStatus).toBe('ROLLBACK_COMPLETE');
});

test.each([
  ['StackPolicyBody', { StackPolicyBody: '{}' }],
  ['NotificationARNs', { NotificationARNs: ['arn:aws:sns:eu-west-1:000000000000:topic'] }],
  ['TimeoutInMinutes', { TimeoutInMinutes: 5 }],
  ['RetainExceptOnCreate', { RetainExceptOnCreate: true }],
])('%s would change the result and is refused by name', async (name, more) => {
  await expect(created(more)).rejects.toMatchObject({
    name: 'NotSupportedLocally',
    message: `${name} of CreateStack is not supported by the local runtime.`,
  });
});

test.each([
  ['neither a body nor a URL', { TemplateBody: undefined }, 'Either Template URL or Template Body must be specified.'],
  [
    'a URL of nothing',
    { TemplateBody: undefined, TemplateURL: 'https://s3.amazonaws.com/a/b' },
    /TemplateURL must reference a valid S3 object/,
  ],
  [
    'a missing value',
    { TemplateBody: 'Parameters: { X: { Type: String } }\nResources: { A: { Type: Test::Desk::Item } }' },
    'Parameters: [X] must have values',
  ],
])('%s is refused', async (_, more, message) => {
  await expect(created(more)).rejects.toThrow(message);
});
