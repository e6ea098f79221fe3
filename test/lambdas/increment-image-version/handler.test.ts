import { handler } from '../../../lambdas/increment-image-version/handler';
import { FakeAws, job, Refusal } from '../fake-aws';

const EXECUTION = '11111111-2222-3333-4444-555555555555';
const COMMIT = 'c0ffee'.padEnd(40, '0');
const GOOD = { executionId: EXECUTION, commitId: COMMIT };

let message: string;
let versions: { Version: number; Value: string; Description?: string }[];
let components: string[];
let recipes: string[];
let refusal: Refusal | undefined;
let said: string;

const aws = new FakeAws({
  GetCommit: () => ({ commit: { commitId: COMMIT, message, author: { name: 'A', date: '1763683200 +0000' } } }),
  GetParameterHistory: ({ NextToken, MaxResults }) => {
    if (refusal) throw refusal;
    const from = Number(NextToken ?? 0);
    const next = from + Number(MaxResults);
    return { Parameters: versions.slice(from, next), ...(next < versions.length ? { NextToken: String(next) } : {}) };
  },
  PutParameter: ({ Value = '', Description = '' }) => {
    const Version = versions.at(-1)!.Version + 1;
    versions.push({ Version, Value, Description });
    return { Version };
  },
  ListComponents: ({ filters }) => {
    expect(filters).toEqual([{ name: 'name', values: ['greeter-image'] }]);
    return { componentVersionList: components.map((version) => ({ name: 'greeter-image', version })) };
  },
  ListImageRecipes: () => ({
    imageRecipeSummaryList: recipes.map((version) => ({
      arn: `arn:aws:imagebuilder:eu-west-1:000000000000:image-recipe/greeter-image/${version}`,
    })),
  }),
  PutJobSuccessResult: () => ({}),
  PutJobFailureResult: () => ({}),
});

beforeAll(async () => {
  await aws.start();
  Object.assign(process.env, {
    PARAMETER: '/greeter/image-version',
    MAJOR_MINOR: '1.0',
    IMAGE: 'greeter-image',
    REPOSITORY: 'greeter',
    BRANCH: 'main',
  });
});
afterAll(() => aws.stop());

beforeEach(() => {
  aws.calls.length = 0;
  message = 'Greet "everybody"\n\nfor good';
  versions = [{ Version: 1, Value: 'none yet' }];
  components = [];
  recipes = [];
  refusal = undefined;
  said = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

const answers = () => aws.calls.filter(({ operation }) => operation.startsWith('PutJob'));

test('the job succeeds with the version and the origin of the commit', async () => {
  await handler(job(GOOD) as never);
  expect(answers()).toEqual([
    {
      operation: 'PutJobSuccessResult',
      request: {
        jobId: '99999999-0000-0000-0000-000000000000',
        executionDetails: { summary: 'ImageVersion 1.0.2', percentComplete: 100 },
        outputVariables: {
          ImageVersion: '1.0.2',
          CommitId: COMMIT,
          CommitSubject: 'Greet everybody',
          Branch: 'main',
          Repository: 'greeter',
          AuthorDate: '2025-11-21T00:00:00Z',
          ExecutionId: EXECUTION,
        },
      },
    },
  ]);
  expect(versions.at(-1)).toEqual({
    Version: 2,
    Value: '1.0.2',
    Description: `Taken by pipeline execution ${EXECUTION}`,
  });
});

test('an execution delivered twice gets one version, even with a long history (H5)', async () => {
  versions = Array.from({ length: 99 }, (_each, index) => ({ Version: index + 7, Value: `1.0.${index + 7}` }));
  await handler(job(GOOD) as never);
  await handler(job(GOOD) as never);
  const [first, second] = answers().map(({ request }) => request['outputVariables']);
  expect(first).toMatchObject({ ImageVersion: '1.0.106' });
  expect(second).toEqual(first);
  expect(versions).toHaveLength(100);
});

test('a counter that starts again continues above the versions in Image Builder with the same major and minor number (H7)', async () => {
  components = ['1.0.2', '1.0.4', '2.7.90'];
  recipes = ['1.0.5', '0.9.70'];
  await handler(job(GOOD) as never);
  expect(answers()[0]?.request['outputVariables']).toMatchObject({ ImageVersion: '1.0.6' });
  expect(versions.map(({ Value, Description = '' }) => `${Value}: ${Description}`).slice(1)).toEqual([
    ...[2, 3, 4, 5].map((number) => `1.0.${number}: Passed over: Image Builder has this version`),
    `1.0.6: Taken by pipeline execution ${EXECUTION}`,
  ]);
});

test('a message of 100 kB is cut for its tag', async () => {
  message = 'x'.repeat(100_000);
  await handler(job(GOOD) as never);
  expect(answers()[0]?.request['outputVariables']).toMatchObject({ CommitSubject: 'x'.repeat(256) });
});

test('a refusal of SSM fails the job with its cause, and nothing is thrown (A44)', async () => {
  refusal = new Refusal('ParameterNotFound', 'no such parameter');
  await handler(job(GOOD) as never);
  expect(answers()).toEqual([
    {
      operation: 'PutJobFailureResult',
      request: {
        jobId: '99999999-0000-0000-0000-000000000000',
        failureDetails: { type: 'JobFailed', message: 'ParameterNotFound: no such parameter' },
      },
    },
  ]);
});

test.each([
  ['', 'ParametersMistake: UserParameters is not a JSON object'],
  [
    '{"executionId":"#{codepipeline.PipelineExecutionId}"}',
    'ParametersMistake: UserParameters.executionId is not an execution id',
  ],
  [
    JSON.stringify({ executionId: EXECUTION, commitId: 'main' }),
    'ParametersMistake: UserParameters.commitId is not a commit id',
  ],
])('parameters like %j are reported as a mistake in the configuration', async (parameters, cause) => {
  await handler(job(parameters) as never);
  expect(answers()[0]?.request).toMatchObject({ failureDetails: { type: 'ConfigurationError', message: cause } });
  expect(versions).toHaveLength(1);
});

test('no secret, and no part of the event, is logged (A39)', async () => {
  await handler(job(GOOD) as never);
  await handler(job('broken') as never);
  expect(said.split('\n').filter(Boolean)).toHaveLength(2);
  expect(said).not.toMatch(/secret|AKIA|artifactCredentials|UserParameters"/i);
});

test('an event that is no job is ignored and logged', async () => {
  await handler({} as never);
  expect(aws.calls).toEqual([]);
  expect(said).toContain('the event is no job of CodePipeline');
});
