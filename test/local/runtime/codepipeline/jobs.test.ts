import { Jobs } from '../../../../local/runtime/codepipeline/jobs';
import { room } from '../../../rig/room';

const request = {
  functionName: 'increment',
  configuration: { FunctionName: 'increment', UserParameters: '{"executionId":"e-1"}' },
  inputs: [{ name: 'App', bucket: 'b', key: 'k' }],
  outputs: [],
  credentials: { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' },
  progress: () => {},
};

function rig(invokeAsync?: (name: string, event: object) => void) {
  const kit = room();
  const invoked: { name: string; event: { 'CodePipeline.job': { id: string; data: Record<string, unknown> } } }[] = [];
  const jobs = new Jobs({
    ...kit,
    invokeAsync: invokeAsync ?? ((name, event) => void invoked.push({ name, event: event as never })),
  });
  return { ...kit, jobs, invoked, id: () => invoked[0]?.event['CodePipeline.job'].id ?? '' };
}

describe('Lambda jobs', () => {
  test('the event holds the configuration and the artifacts, and no execution id (A39)', () => {
    const { jobs, invoked } = rig();
    void jobs.run(request);
    expect(invoked[0]).toEqual({
      name: 'increment',
      event: {
        'CodePipeline.job': {
          id: expect.any(String),
          accountId: '000000000000',
          data: {
            actionConfiguration: {
              configuration: { FunctionName: 'increment', UserParameters: '{"executionId":"e-1"}' },
            },
            inputArtifacts: [
              {
                name: 'App',
                revision: null,
                location: { type: 'S3', s3Location: { bucketName: 'b', objectKey: 'k' } },
              },
            ],
            outputArtifacts: [],
            artifactCredentials: { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' },
          },
        },
      },
    });
  });

  test('a job ends once; a second result, and one for an unknown job, are refused (A40)', async () => {
    const { jobs, id } = rig();
    const ended = jobs.run(request);
    jobs.succeed(id(), { outputVariables: { ImageVersion: '1.0.1' } });
    expect(await ended).toMatchObject({ type: 'success', outputVariables: { ImageVersion: '1.0.1' } });
    expect(() => jobs.succeed(id(), {})).toThrow(expect.objectContaining({ code: 'InvalidJobStateException' }));
    expect(() => jobs.fail('nobody', { type: 'JobFailed', message: 'm' })).toThrow(
      expect.objectContaining({ code: 'JobNotFoundException' }),
    );
  });

  test('output variables and a continuation token exclude one another (A40)', () => {
    const { jobs, id } = rig();
    void jobs.run(request);
    expect(() => jobs.succeed(id(), { outputVariables: { a: 'b' }, continuationToken: 't' })).toThrow(
      'cannot be given together',
    );
  });

  test('a continuation token invokes the function again with it, 30 s later (A41)', async () => {
    const { jobs, id, invoked, clock } = rig();
    void jobs.run(request);
    jobs.succeed(id(), { continuationToken: 'step-2' });
    await clock.advance(29_999);
    expect(invoked).toHaveLength(1);
    await clock.advance(1);
    expect(invoked[1]?.event['CodePipeline.job'].data['continuationToken']).toBe('step-2');
  });

  test('a job without a reply for 20 minutes fails with CodePipeline’s message; a continuation restarts the time (A42)', async () => {
    const { jobs, id, clock } = rig();
    const ended = jobs.run(request);
    await clock.advance(19 * 60_000);
    jobs.succeed(id(), { continuationToken: 'still at it' });
    await clock.advance(20 * 60_000 + 29_000);
    await clock.advance(1_000);
    expect(await ended).toMatchObject({
      type: 'failure',
      message: expect.stringContaining('The AWS Lambda function increment failed to return a result.'),
    });
  });

  test('invalid output variables are refused by name or size, and the job continues (A5, A7)', () => {
    const { jobs, id } = rig();
    void jobs.run(request);
    expect(() => jobs.succeed(id(), { outputVariables: { 'a.b': 'c' } })).toThrow('[A-Za-z0-9@\\-_]+] (a.b)');
    expect(() => jobs.succeed(id(), { outputVariables: { a: 'x'.repeat(122_880) } })).toThrow(
      expect.objectContaining({ code: 'OutputVariablesSizeExceededException' }),
    );
    jobs.succeed(id(), { outputVariables: { a: 'x'.repeat(122_879) } });
  });

  test('a job of a killed runtime accepts no result', () => {
    const { jobs, id, ...kit } = rig();
    void jobs.run(request);
    const again = new Jobs({ ...kit, invokeAsync: () => {} });
    again.recover();
    expect(() => again.succeed(id(), {})).toThrow('The job is in state Failed; it can no longer be given a result.');
  });

  test('a missing function fails the job at once', async () => {
    const { jobs } = rig(() => {
      throw new Error('Function not found: increment');
    });
    expect(await jobs.run(request)).toMatchObject({ type: 'failure', failureType: 'ConfigurationError' });
  });
});
