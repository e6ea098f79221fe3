import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cloudFormation from '@aws-sdk/client-cloudformation';
import { compose, type LocalRuntime } from '../../local/composition/compose';
import { SystemClock } from '../../local/kernel/clock';
import { EventBus } from '../../local/kernel/events';

/** A template's text, its parameters, and the refusal: AWS's message if it is known, with a place. */
const REFUSED: [title: string, template: string, parameters: Record<string, string>, refusal: object][] = [
  [
    'an unsupported type',
    `Resources:
  Counter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: '0'}}
  Queue: {Type: AWS::SQS::Queue}
`,
    {},
    {
      name: 'NotSupportedLocally',
      message: 'Resource type AWS::SQS::Queue (resource Queue) is not supported by the local runtime.',
    },
  ],
  [
    'a type that nobody knows',
    'Resources:\n  Counter: {Type: AWS::SSM::Counter}\n',
    {},
    {
      name: 'NotSupportedLocally',
      message: 'Resource type AWS::SSM::Counter (resource Counter) is not supported by the local runtime.',
    },
  ],
  [
    'a circular dependency',
    `Resources:
  First: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Second}}
  Second: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref First}}
`,
    {},
    {
      name: 'ValidationError',
      message: 'Circular dependency between resources: [First, Second] (line 2, column 3)',
    },
  ],
  [
    'a parameter that the template does not have',
    'Resources:\n  Counter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a}}\n',
    { Colour: 'blue' },
    { name: 'ValidationError', message: 'Parameters: [Colour] do not exist in the template' },
  ],
  [
    'a reference to a parameter that is not there',
    'Resources:\n  Counter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Colour}}\n',
    {},
    {
      name: 'ValidationError',
      message:
        'Template format error: Unresolved resource dependencies [Colour] in the Resources block of the template (line 2, column 67)',
    },
  ],
  [
    'broken YAML',
    'Resources:\n  Counter:\n    Type: AWS::SSM::Parameter\n   Properties: {}\n',
    {},
    {
      name: 'ValidationError',
      message: expect.stringMatching(/^Template format error: YAML not well-formed\. \(line 4, column 1\)/),
    },
  ],
  [
    'broken JSON',
    '{\n  "Resources": {\n    "Counter": { "Type": "AWS::SSM::Parameter", }\n  }\n}\n',
    {},
    { name: 'ValidationError', message: 'Template format error: JSON not well-formed. (line 3, column 49)' },
  ],
];

describe('a template that cannot be deployed is refused at the endpoint, before anything is changed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'refused-'));
  let runtime: LocalRuntime;
  let client: cloudFormation.CloudFormationClient;

  beforeAll(async () => {
    const clock = new SystemClock();
    runtime = await compose({ directory, port: 0, clock, bus: new EventBus(clock) });
    const { url: endpoint, administrator: credentials, scope } = runtime;
    client = new cloudFormation.CloudFormationClient({ endpoint, credentials, region: scope.region, maxAttempts: 1 });
    const templateBody = 'Resources: {Kept: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a}}}';
    const { status } = await runtime.stacks.create({
      stackName: 'standing',
      templateBody,
      principal: runtime.principal,
    });
    expect(status).toBe('CREATE_COMPLETE');
  });

  afterAll(async () => {
    client.destroy();
    await runtime.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Returns everything that exists now: stacks of any state with their events, and the resources of the templates. */
  const everything = async () => {
    const { StackSummaries = [] } = await client.send(new cloudFormation.ListStacksCommand({}));
    const { StackEvents } = await client.send(new cloudFormation.DescribeStackEventsCommand({ StackName: 'standing' }));
    return {
      names: StackSummaries.map(({ StackName }) => StackName),
      StackEvents,
      parameters: runtime.parameters.list(),
    };
  };

  test.each(REFUSED)('%s', async (_title, TemplateBody, values, refusal) => {
    const before = await everything();
    const Parameters = Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    }));
    const ask = (StackName: string) => ({ StackName, TemplateBody, Parameters });
    const plan = { ChangeSetName: 'plan', ChangeSetType: 'CREATE' } as const;
    for (const answer of [
      () => client.send(new cloudFormation.CreateStackCommand(ask('refused'))),
      () => client.send(new cloudFormation.CreateChangeSetCommand({ ...ask('refused'), ...plan })),
      () => client.send(new cloudFormation.UpdateStackCommand(ask('standing'))),
    ]) {
      await expect(answer()).rejects.toMatchObject(refusal);
    }
    expect(await everything()).toEqual(before);
    expect(before.names).toEqual(['standing']);
  });
});
