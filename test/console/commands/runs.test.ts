import { runs } from '../../../console/commands/runs';
import { fakeClients, run } from '../commands-rig';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 11, minute));
const source = (digit: string, subject: string) => ({
  sourceRevisions: [{ actionName: 'Commit', revisionId: digit.repeat(40), revisionSummary: subject }],
});
const id = (digit: string) => `${digit.repeat(8)}-1111-4111-8111-111111111111`;

const EXECUTIONS = [
  {
    pipelineExecutionId: id('d'),
    status: 'InProgress',
    startTime: at(58),
    lastUpdateTime: at(59),
    trigger: { triggerType: 'StartPipelineExecution' },
    ...source('d', 'Say hello\n\nto all'),
  },
  {
    pipelineExecutionId: id('c'),
    status: 'Succeeded',
    startTime: at(40),
    lastUpdateTime: at(42),
    trigger: { triggerType: 'RollbackStage' },
    rollbackMetadata: { rollbackTargetPipelineExecutionId: id('a') },
    ...source('a', 'Begin'),
  },
  {
    pipelineExecutionId: id('b'),
    status: 'Failed',
    startTime: at(20),
    lastUpdateTime: at(21),
    trigger: { triggerType: 'CloudWatchEvent' },
    ...source('b', '{"ProviderType":"GitHub","CommitMessage":"Break \\"it\\"\\nbadly"}'),
  },
  {
    // Its source could not be read: no commit, and no environment.
    pipelineExecutionId: id('a'),
    status: 'Failed',
    startTime: at(10),
    lastUpdateTime: at(10),
  },
];

function account() {
  return fakeClients({
    ListPipelines: () => ({ pipelines: [{ name: 'greeter' }] }),
    ListPipelineExecutions: () => ({ pipelineExecutionSummaries: EXECUTIONS }),
    ListActionExecutions: ({ filter }) => {
      const { pipelineExecutionId } = filter as { pipelineExecutionId: string };
      const failed = (stageName: string, actionName: string, message: string) => ({
        actionExecutionDetails: [
          { stageName, actionName, status: 'Failed', output: { executionResult: { errorDetails: { message } } } },
          { stageName: 'Source', actionName: 'Commit', status: 'Succeeded' },
        ],
      });
      if (pipelineExecutionId === id('b')) return failed('Build', 'Compile', 'error: exit status 2\nwhile npm test');
      return failed('Source', 'Commit', 'the branch main does not exist');
    },
  });
}

test('runs lists every execution with its commit, trigger and time, also one that failed before any environment', async () => {
  const { lines } = await run('runs', account(), runs);
  expect(lines).toEqual([
    'STARTED (UTC)        TOOK      EXECUTION  STATUS      COMMIT    TRIGGER                 SUBJECT     NOTE',
    '2026-01-01 11:58:00  2 m 00 s  dddddddd   InProgress  dddddddd  StartPipelineExecution  Say hello',
    '2026-01-01 11:40:00  2 m 00 s  cccccccc   Succeeded   aaaaaaaa  RollbackStage           Begin       rolls back to execution aaaaaaaa',
    '2026-01-01 11:20:00  1 m 00 s  bbbbbbbb   Failed      bbbbbbbb  CloudWatchEvent         Break "it"  Build / Compile: error: exit status 2 while npm test',
    '2026-01-01 11:10:00  0 ms      aaaaaaaa   Failed                                                    Source / Commit: the branch main does not exist',
  ]);
});

test('runs --failed lists only failed executions, up to the limit, and reads the actions of no other execution', async () => {
  const { clients, of } = account();
  const { data } = await run('runs --failed --limit 1', { clients }, runs);
  expect(data).toEqual([
    {
      executionId: id('b'),
      status: 'Failed',
      startedAt: '2026-01-01T11:20:00.000Z',
      endedAt: '2026-01-01T11:21:00.000Z',
      commitId: 'b'.repeat(40),
      subject: 'Break "it"',
      trigger: 'CloudWatchEvent',
      failure: { stage: 'Build', action: 'Compile', message: 'error: exit status 2 while npm test' },
    },
  ]);
  expect(of('ListActionExecutions')).toHaveLength(1);
});

test('runs reports that there is nothing to list', async () => {
  const { clients } = fakeClients({ ListPipelineExecutions: () => ({}) });
  expect(await run('runs --pipeline app', { clients }, runs)).toMatchObject({
    lines: ['the pipeline has not run yet'],
    data: [],
  });
  expect((await run('runs --pipeline app --failed', { clients }, runs)).lines).toEqual(['no execution has failed']);
});

test('a limit that is no whole number above 0 is refused', async () => {
  await expect(run('runs --limit 0', account(), runs)).rejects.toThrow('"--limit" must be a whole number above 0');
});
