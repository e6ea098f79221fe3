import type { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { answerJob, Parameters } from '../../lambdas/pipeline-job';
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

const run = (work: () => Promise<Record<string, string>>) => answerJob(codePipeline, job('{}') as never, work);
const names = () => sent.map(({ name }) => name);

test('A40: the message of a failure is never empty, and at most 5000 characters', async () => {
  await run(async () => {
    throw new Error('x'.repeat(9000));
  });
  await run(async () => {
    throw new Error('');
  });
  const messages = sent.map(({ input }) => (input['failureDetails'] as { message: string }).message);
  expect(messages.map(({ length }) => length)).toEqual([5000, 'Error: '.length]);
});

test('what is thrown without being an error is told too', async () => {
  await run(() => Promise.reject('a text'));
  expect(sent[0]?.input).toMatchObject({ failureDetails: { message: 'Error: a text' } });
});

test('A44: a success that CodePipeline refuses becomes a failure', async () => {
  refuse = (name) => {
    if (name === 'PutJobSuccessResultCommand') throw new Error('too large');
  };
  await run(async () => ({}));
  expect(names()).toEqual(['PutJobSuccessResultCommand', 'PutJobFailureResultCommand']);
});

test('A38: an answer to a job that another delivery has answered is not an error', async () => {
  refuse = () => {
    throw Object.assign(new Error('Job is already in a terminal state'), { name: 'InvalidJobStateException' });
  };
  await expect(run(async () => ({}))).resolves.toBeUndefined();
  expect(said).toContain('unanswered');
});

test.each(['1', '"a"', 'null', '[]', 'undefined', '{'])('parameters %s are no object', (text) => {
  expect(() => new Parameters(text)).toThrow('UserParameters is not a JSON object');
});

test('a count is a whole number above 0', () => {
  const parameters = new Parameters('{"a":1,"b":0,"c":1.5,"d":"1"}');
  expect(parameters.count('a')).toBe(1);
  for (const name of ['b', 'c', 'd', 'e'])
    expect(() => parameters.count(name)).toThrow(`UserParameters.${name} is not a whole`);
});
