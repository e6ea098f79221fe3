import type { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { answerJob, type Job, type Work } from '../../lambdas/pipeline-job';
import { job } from './fake-aws';

const sent: { name: string; input: Record<string, unknown> }[] = [];
let refuse: (name: string) => void;
const codePipeline = {
  send: async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const { name } = command.constructor;
    sent.push({ name, input: command.input });
    refuse(name);
  },
} as unknown as CodePipelineClient;

let said: string;
beforeEach(() => {
  sent.length = 0;
  said = '';
  refuse = () => {};
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

const run = (work: Work, token?: string) => answerJob(codePipeline, job('{}', token) as never, work);
const nothing = { outputVariables: {} };
const names = () => sent.map(({ name }) => name);

test('the message of a failure is never empty, and at most 5000 characters (A40)', async () => {
  await run(async () => {
    throw new Error('x'.repeat(9000));
  });
  await run(async () => {
    throw new Error('');
  });
  const messages = sent.map(({ input }) => (input['failureDetails'] as { message: string }).message);
  expect(messages.map(({ length }) => length)).toEqual([5000, 'Error: '.length]);
});

test('a thrown value that is no error is reported too', async () => {
  await run(() => Promise.reject('a text'));
  expect(sent[0]?.input).toMatchObject({ failureDetails: { message: 'Error: a text' } });
});

test('a success that CodePipeline refuses becomes a failure (A44)', async () => {
  refuse = (name) => {
    if (name === 'PutJobSuccessResultCommand') throw new Error('too large');
  };
  await run(async () => nothing);
  expect(names()).toEqual(['PutJobSuccessResultCommand', 'PutJobFailureResultCommand']);
});

test.each(['InvalidJobStateException', 'JobNotFoundException'])(
  'the result of a job that another delivery has reported fails nothing (%s) (A38)',
  async (name) => {
    refuse = () => {
      throw Object.assign(new Error('Job is already in a terminal state'), { name });
    };
    await run(async () => nothing);
    await run(async () => ({ again: {}, summary: 'waiting' }));
    expect(names()).toEqual(['PutJobSuccessResultCommand', 'PutJobSuccessResultCommand']);
    expect(said).toContain('unanswered');
  },
);

test('unfinished work asks for another invocation, with its state and without output variables (A40)', async () => {
  await run(async () => ({ again: { stack: 'a', tries: 1 }, summary: 'waiting for the stack' }));
  expect(sent[0]?.input).toEqual({
    jobId: '99999999-0000-0000-0000-000000000000',
    continuationToken: '{"stack":"a","tries":1}',
    executionDetails: { summary: 'waiting for the stack' },
  });
});

test('the next invocation gets the state, and the first gets none (A41)', async () => {
  const seen: Job['state'][] = [];
  const work: Work = async ({ state }) => {
    seen.push(state);
    return nothing;
  };
  await run(work);
  await run(work, '{"stack":"a","tries":1}');
  expect(seen).toEqual([{}, { stack: 'a', tries: 1 }]);
});

test('a summary is never empty, and at most 2048 characters (A40)', async () => {
  await run(async () => ({ ...nothing, summary: '' }));
  await run(async () => ({ again: {}, summary: 'x'.repeat(9000) }));
  const summaries = sent.map(({ input }) => (input['executionDetails'] as { summary: string }).summary.length);
  expect(summaries).toEqual(['done'.length, 2048]);
});

test('a foreign continuation token fails the job (A44)', async () => {
  await run(async () => nothing, 'no JSON');
  expect(names()).toEqual(['PutJobFailureResultCommand']);
});
