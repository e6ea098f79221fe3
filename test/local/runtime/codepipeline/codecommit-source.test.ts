import { codeCommitSource } from '../../../../local/runtime/codepipeline/actions/codecommit-source';

const who = { name: 'A Developer', email: 'developer@example.com', date: '2026-01-01T00:00:00Z' };

/** Runs the action on a commit with this message, and returns its output variables. */
async function variables(message: string): Promise<Record<string, string> | undefined> {
  const commit = { commitId: 'c0ffee', message, author: who, committer: who };
  const repositories = { head: async () => commit, commit: async () => commit, archive: async () => Buffer.from('') };
  const run = codeCommitSource(repositories, { write: () => {} } as never);
  const action = { name: 'Source', configuration: {} };
  const configuration = { RepositoryName: 'greeter', BranchName: 'main' };
  const result = await run({ action, configuration, outputs: [], overrides: [] } as never);
  return (result as { outputVariables?: Record<string, string> }).outputVariables;
}

test('the message of a commit is a variable without its final newline, so that it fits into JSON', async () => {
  const { CommitMessage = '' } = (await variables('Say hello\n')) ?? {};
  expect(CommitMessage).toBe('Say hello');
  expect(JSON.parse(`{"Message": "${CommitMessage}"}`)).toEqual({ Message: 'Say hello' });
});

test('the other lines of a commit message are unchanged', async () => {
  expect(await variables('Say hello\n\nTo everybody.\n\n')).toMatchObject({
    CommitMessage: 'Say hello\n\nTo everybody.',
  });
});
