import { logs } from '../../../console/commands/logs';
import { fakeClients, refusal, run } from '../commands-rig';

const id = '3f2a91c0-1111-4111-8111-111111111111';
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second));
const IMAGE = 'arn:aws:imagebuilder:eu-west-1:111111111111:image/greeter-image/1.0.7/1';

interface Action {
  readonly provider: string;
  readonly configuration?: Record<string, string>;
  readonly status?: string;
  readonly externalExecutionId?: string;
}

const action = (stageName: string, actionName: string, { provider, configuration, ...rest }: Action) => ({
  stageName,
  actionName,
  actionExecutionId: `${stageName}-${actionName}`,
  status: rest.status ?? 'Succeeded',
  startTime: at(10),
  lastUpdateTime: at(20),
  input: { actionTypeId: { provider }, resolvedConfiguration: configuration },
  output: { executionResult: { externalExecutionId: rest.externalExecutionId } },
});

const COMPILE = action('Build', 'Compile', { provider: 'CodeBuild', externalExecutionId: 'greeter-compile:77' });
const INCREMENT = action('Version', 'Increment', { provider: 'Lambda', configuration: { FunctionName: 'increment' } });
const BAKE = action('Bake', 'Bake', { provider: 'CloudFormation', configuration: { StackName: 'greeter-image' } });
const APPROVE = action('approve-prod', 'Approve', { provider: 'Manual', status: 'InProgress' });

const event = (second: number, message: string) => ({ timestamp: at(second).getTime(), message, eventId: message });
const stackEvent = (second: number, LogicalResourceId: string, more: object = {}) => ({
  EventId: `${LogicalResourceId}-${second}`,
  Timestamp: at(second),
  LogicalResourceId,
  ResourceType: 'AWS::ImageBuilder::Image',
  ResourceStatus: 'CREATE_IN_PROGRESS',
  ...more,
});

/** An account with one execution; `streams` holds the messages of each log stream. */
function account(actions: object[], more: Parameters<typeof fakeClients>[0] = {}) {
  const streams: Record<string, object[]> = {
    '/aws/codebuild/greeter-compile 77': [event(11, 'npm ci\n'), event(12, 'compiled \u001b[2Jwell\n')],
    '/aws/imagebuilder/greeter-image 1.0.7/1': [event(14, 'Phase build, step Install: Success')],
  };
  let status = 'Succeeded';
  const fake = fakeClients({
    ListPipelines: () => ({ pipelines: [{ name: 'greeter' }] }),
    GetPipeline: () => ({ pipeline: { name: 'greeter', stages: [] } }),
    ListPipelineExecutions: () => ({ pipelineExecutionSummaries: [{ pipelineExecutionId: id }] }),
    GetPipelineExecution: () => ({ pipelineExecution: { status } }),
    ListActionExecutions: () => ({ actionExecutionDetails: [...actions].reverse() }),
    BatchGetBuilds: () => ({ builds: [{ logs: { groupName: '/aws/codebuild/greeter-compile', streamName: '77' } }] }),
    GetLogEvents: ({ logGroupName, logStreamName, nextToken }) => {
      const events = streams[`${logGroupName} ${logStreamName}`];
      if (!events) throw refusal('ResourceNotFoundException', 'The specified log stream does not exist.');
      const from = Number(nextToken ?? 0);
      // A page has one event; at the end the same token comes back.
      return { events: events.slice(from, from + 1), nextForwardToken: String(Math.min(from + 1, events.length)) };
    },
    FilterLogEvents: () => ({ events: [event(13, 'version 1.0.7\n')] }),
    DescribeStackEvents: () => ({
      StackEvents: [
        stackEvent(15, 'Image', { PhysicalResourceId: IMAGE }),
        stackEvent(11, 'Image'),
        stackEvent(2, 'Old'),
      ],
    }),
    ...more,
  });
  const end = (as: string) => {
    status = as;
  };
  return { ...fake, streams, end };
}

test('logs prints builds, functions, stack events and image logs in the order of the actions (D14)', async () => {
  const { said, lines } = await run('logs', account([COMPILE, INCREMENT, BAKE, APPROVE]), logs);
  expect(said).toEqual([
    '==> Build / Compile: /aws/codebuild/greeter-compile 77 <==',
    'npm ci',
    'compiled well',
    '\n==> Version / Increment: /aws/lambda/increment <==',
    'version 1.0.7',
    '\n==> Bake / Bake: events of the stack greeter-image <==',
    'Image (AWS::ImageBuilder::Image) CREATE_IN_PROGRESS',
    'Image (AWS::ImageBuilder::Image) CREATE_IN_PROGRESS',
    '\n==> Bake / Bake: /aws/imagebuilder/greeter-image 1.0.7/1 <==',
    'Phase build, step Install: Success',
  ]);
  expect(lines).toEqual(['', 'execution 3f2a91c0 Succeeded']);
});

test('logs --json returns the lines of one action as objects', async () => {
  const { data } = await run(`logs ${id} Increment --json`, account([COMPILE, INCREMENT]), logs);
  expect(data).toEqual([
    {
      stage: 'Version',
      action: 'Increment',
      log: '/aws/lambda/increment',
      at: '2026-01-01T12:00:13.000Z',
      text: 'version 1.0.7',
    },
  ]);
});

test('logs reads a function’s log until shortly after the end of its action, when the report is written', async () => {
  const fake = account([INCREMENT]);
  await run('logs', fake, logs);
  expect(fake.of('FilterLogEvents')[0]?.input).toMatchObject({
    startTime: at(10).getTime(),
    endTime: at(30).getTime(),
  });
});

test('logs --follow prints each line once, and ends with the execution', async () => {
  const fake = account([{ ...COMPILE, status: 'InProgress' }]);
  fake.end('InProgress');
  const log = fake.streams['/aws/codebuild/greeter-compile 77']!;
  let rounds = 0;
  const onWait = async () => {
    rounds++;
    log.push(event(20 + rounds, `line ${rounds}\n`));
    if (rounds === 2) fake.end('Failed');
  };
  const { said, lines } = await run('logs --follow', { ...fake, onWait }, logs);
  expect(said.slice(1)).toEqual(['npm ci', 'compiled well', 'line 1', 'line 2']);
  expect(lines).toEqual(['', 'execution 3f2a91c0 Failed; the reason: npx server-pipeline explain 3f2a91c0']);
});

test('logs --follow reads a function’s log up to the end of its action, and an ended one only once', async () => {
  const earlier = { ...INCREMENT, actionExecutionId: 'earlier', startTime: at(-60), lastUpdateTime: at(-50) };
  const running = { ...INCREMENT, status: 'InProgress' };
  const fake = account([earlier, running]);
  fake.end('InProgress');
  let rounds = 0;
  const onWait = async () => {
    rounds++;
    running.status = 'Succeeded';
    if (rounds === 3) fake.end('Succeeded');
  };
  await run('logs --follow', { ...fake, onWait }, logs);
  const asked = fake.of('FilterLogEvents').map(({ input }) => input['endTime']);
  expect(asked).toEqual([at(-40), undefined, at(30), at(30), at(30)].map((end) => end?.getTime()));
});

test('logs without --follow does not wait for an execution that runs', async () => {
  const fake = account([{ ...COMPILE, status: 'InProgress' }]);
  fake.end('InProgress');
  const onWait = () => Promise.reject(new Error('it waited'));
  expect((await run('logs', { ...fake, onWait }, logs)).said).toHaveLength(3);
});

test('a log that does not exist yet has no lines, and an action without a log is named', async () => {
  const fake = account([COMPILE, APPROVE]);
  delete fake.streams['/aws/codebuild/greeter-compile 77'];
  const { said, lines } = await run('logs', fake, logs);
  expect(said).toEqual([]);
  expect(lines).toEqual([
    'execution 3f2a91c0 has no log: Compile Succeeded after 10.0 s (began 2026-01-01 12:00:10 UTC), Approve InProgress after 10.0 s (began 2026-01-01 12:00:10 UTC)',
  ]);
});

test('a log that the credentials may not read is reported in its place, and the others are printed', async () => {
  const BatchGetBuilds = () => {
    throw refusal('AccessDeniedException', 'not authorized to perform: codebuild:BatchGetBuilds');
  };
  const { said } = await run('logs', account([COMPILE, INCREMENT], { BatchGetBuilds }), logs);
  expect(said.slice(0, 2)).toEqual([
    '==> Build / Compile: no log <==',
    'not readable with these credentials: AccessDeniedException: not authorized to perform: codebuild:BatchGetBuilds',
  ]);
  expect(said).toContain('version 1.0.7');
});

test('logs refuses an unknown action and lists those that ran', async () => {
  await expect(run(`logs ${id} Comple`, account([COMPILE, INCREMENT]), logs)).rejects.toThrow(
    'execution 3f2a91c0 has run no action Comple; it has run Compile, Increment',
  );
});

describe('the servers of an environment', () => {
  const overrides = JSON.stringify({ ImageId: 'ami-1' });
  const roll = { configuration: { StackName: 'greeter-prod-fleet', ParameterOverrides: overrides } };
  const servers = (instances: object[], Latest?: () => object) =>
    account([], {
      GetPipeline: () => ({ pipeline: { name: 'greeter', stages: [{ name: 'prod', actions: [roll] }] } }),
      DescribeAutoScalingGroups: () => ({ AutoScalingGroups: [{ Instances: instances }] }),
      GetConsoleOutput: (input) => {
        if (input['Latest'] && Latest) return Latest();
        return { Output: Buffer.from(`boot of ${input['InstanceId']}\r\nready\r\n`).toString('base64') };
      },
    });

  test('have their console output printed, also if EC2 has only the output of the last boot', async () => {
    const onlyLastBoot = () => {
      throw refusal('UnsupportedOperation', 'This instance type does not support retrieving the latest console logs.');
    };
    const { said } = await run(
      'logs prod',
      servers(
        [
          { InstanceId: 'i-1', LifecycleState: 'InService' },
          { InstanceId: 'i-2', LifecycleState: 'Pending' },
        ],
        onlyLastBoot,
      ),
      logs,
    );
    expect(said).toEqual([
      ...['==> i-1 (InService) <==', 'boot of i-1', 'ready'],
      ...['\n==> i-2 (Pending) <==', 'boot of i-2', 'ready'],
    ]);
  });

  test('are missing if the environment sleeps or is elsewhere, and logs refuses', async () => {
    await expect(run('logs prod', servers([]), logs)).rejects.toThrow('prod has no servers with these credentials');
  });

  test('accept no action and no --follow', async () => {
    await expect(run('logs prod Roll', servers([]), logs)).rejects.toThrow('unexpected argument "Roll"');
    await expect(run('logs prod --follow', servers([]), logs)).rejects.toThrow('option "--follow" needs an execution');
  });
});
