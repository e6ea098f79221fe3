import { release } from '../../../console/commands/release';
import { fakeClients, refusal, run } from '../commands-rig';

const id = (digits: string) => digits.padEnd(40, '0');
/** The branch, the latest commit first, and the commits that the pipeline has run. */
const BRANCH = [id('aaaa1'), id('aaaa2'), id('bbbb1'), id('cccc1')];
const RAN = [id('dddd1'), id('bbbb1')];

function account() {
  return fakeClients({
    ListPipelines: () => ({ pipelines: [{ name: 'greeter' }] }),
    GetPipeline: () => ({
      pipeline: {
        name: 'greeter',
        stages: [
          {
            name: 'Source',
            actions: [
              {
                name: 'Commit',
                actionTypeId: { provider: 'CodeCommit' },
                configuration: { RepositoryName: 'greeter', BranchName: 'main' },
              },
            ],
          },
        ],
      },
    }),
    ListPipelineExecutions: () => ({
      pipelineExecutionSummaries: RAN.map((revisionId) => ({
        sourceRevisions: [{ actionName: 'Commit', revisionId }],
      })),
    }),
    GetBranch: () => ({ branch: { commitId: BRANCH[0] } }),
    GetCommit: ({ commitId }) => {
      const at = BRANCH.indexOf(String(commitId));
      if (at === -1) throw refusal('CommitIdDoesNotExistException', 'The specified commit does not exist.');
      return { commit: { parents: BRANCH.slice(at + 1, at + 2) } };
    },
    StartPipelineExecution: () => ({ pipelineExecutionId: 'e-1' }),
  });
}

test('release without a commit starts the tip of the branch', async () => {
  const { clients, of } = account();
  const { lines } = await run('release', { clients }, release);
  expect(lines).toEqual(['started execution e-1 of greeter']);
  expect(of('StartPipelineExecution')[0]?.input).toEqual({ name: 'greeter', sourceRevisions: undefined });
});

const COMMITS: readonly [string, string, string][] = [
  ['whole', id('aaaa2'), id('aaaa2')],
  ['abbreviated, that ran before', 'dddd', id('dddd1')],
  ['abbreviated, of the branch', 'cccc', id('cccc1')],
  ['in capitals', 'BBBB', id('bbbb1')],
];

test.each(COMMITS)('release resolves the commit %s to its full id (A35)', async (_, given, revisionValue) => {
  const { clients, of } = account();
  const { data } = await run(`release --commit ${given}`, { clients }, release);
  expect(of('StartPipelineExecution')[0]?.input).toEqual({
    name: 'greeter',
    sourceRevisions: [{ actionName: 'Commit', revisionType: 'COMMIT_ID', revisionValue }],
  });
  expect(data).toEqual({ pipeline: 'greeter', executionId: 'e-1', commitId: revisionValue });
});

const REFUSED: readonly [string, string][] = [
  ['main', 'option "--commit" must be a commit id of 4 to 40 hexadecimal digits, not "main"'],
  ['aaaa', `--commit aaaa could be ${id('aaaa1')} or ${id('aaaa2')}`],
  [
    'eeee',
    '--commit eeee: no commit that ran, and none of the latest 200 of main in greeter, begins with this; give its full id',
  ],
  [id('eeee'), `--commit ${id('eeee')}: greeter does not have this commit; push it first`],
];

test.each(REFUSED)(
  'release refuses an ambiguous or unknown commit before anything starts: %s',
  async (given, message) => {
    const { clients, of } = account();
    await expect(run(`release --commit ${given}`, { clients }, release)).rejects.toThrow(message);
    expect(of('StartPipelineExecution')).toEqual([]);
  },
);

test('release --wait names at the end the stacks that the commit changes and its pipeline cannot deploy', async () => {
  const { clients } = account();
  const ended = (outOfDate: string) => ({
    ...clients,
    codePipeline: {
      async send(command: { input: object }) {
        const name = command.constructor.name;
        if (name === 'GetPipelineExecutionCommand') return { pipelineExecution: { status: 'Succeeded' } };
        if (name !== 'ListActionExecutionsCommand') return clients.codePipeline.send(command as never);
        const output = { outputVariables: { STACKS_OUT_OF_DATE: outOfDate } };
        const synth = { actionExecutionId: '1', stageName: 'Build', actionName: 'Synth', status: 'Succeeded', output };
        return { actionExecutionDetails: [synth] };
      },
    } as never,
  });
  const said = async (outOfDate: string) => (await run('release --wait', { clients: ended(outOfDate) }, release)).lines;
  expect(await said('none')).toEqual(['execution e-1 succeeded']);
  expect(await said('greeter-pipeline')).toEqual([
    'execution e-1 succeeded',
    'out of date: greeter-pipeline; npx cdk deploy --all deploys what this commit changes there',
  ]);
});
