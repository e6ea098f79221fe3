import { lambdaFunction } from '../../../local/providers/lambda-function';
import { type LambdaRig, lambdaRig } from '../runtime/lambda/lambda-rig';
import { givenTags, providerContext } from './provider-context';

const ROLE = 'arn:aws:iam::000000000000:role/build';

let rig: LambdaRig;
beforeEach(async () => {
  rig = lambdaRig();
  await rig.upload({ 'index.js': 'exports.handler = async () => process.env.A;' });
});
afterEach(() => rig.end());

const properties = {
  FunctionName: 'fn',
  Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
  Handler: 'index.handler',
  Runtime: 'nodejs24.x',
  Role: ROLE,
  MemorySize: '256',
  Environment: { Variables: { A: 1 } },
};

test('AWS::Lambda::Function is created, changed and deleted', async () => {
  const provider = lambdaFunction(rig.functions);
  const ctx = providerContext();
  const made = await provider.create(ctx, properties);
  expect(made).toEqual({
    physicalId: 'fn',
    attributes: { Arn: 'arn:aws:lambda:eu-west-1:000000000000:function:fn' },
  });
  expect(rig.functions.get('fn')).toMatchObject({
    timeoutSeconds: 3,
    memoryMegabytes: 256,
    logGroup: '/aws/lambda/fn',
    tags: givenTags,
  });
  expect((await rig.functions.invoke('fn', '{}')).payload).toBe('"1"');
  await provider.update?.(ctx, { ...made, properties }, { ...properties, Environment: { Variables: { A: '2' } } });
  expect((await rig.functions.invoke('fn', '{}')).payload).toBe('"2"');
  await provider.delete(ctx, { ...made, properties });
  expect(rig.functions.list()).toEqual([]);
});

test('AWS::Lambda::Function refuses other code, runtimes and container images by name', () => {
  const refused = lambdaFunction(rig.functions).refuse?.({
    Code: { ZipFile: 'x' },
    Runtime: 'python3.13',
    PackageType: 'Image',
    LoggingConfig: { LogFormat: 'JSON' },
  });
  expect(refused).toEqual([
    'Code.ZipFile: is not supported by the local runtime, which reads archives from S3',
    'LoggingConfig.LogFormat: JSON is not supported by the local runtime',
    'PackageType: Image is not supported by the local runtime',
    expect.stringContaining('Runtime: The Lambda runtime python3.13 is not supported'),
  ]);
});
