import { lambdaPermission } from '../../../local/providers/lambda-permission';
import { functionSpec, type LambdaRig, lambdaRig } from '../runtime/lambda/lambda-rig';
import { providerContext } from './provider-context';

let rig: LambdaRig;
beforeEach(async () => {
  rig = lambdaRig();
  await rig.upload({ 'index.js': 'exports.handler = async () => process.env.A;' });
});
afterEach(() => rig.end());

test('AWS::Lambda::Permission adds a statement to an existing function', async () => {
  const provider = lambdaPermission(rig.functions);
  const statement = { FunctionName: 'fn', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' };
  await expect(provider.create(providerContext(), statement)).rejects.toThrow('Function not found');
  await rig.functions.create(functionSpec());
  const made = await provider.create(providerContext(), statement);
  expect(rig.store.collection('lambda.permissions').get(made.physicalId)).toEqual(statement);
  await provider.delete(providerContext(), { ...made, properties: statement });
  expect(rig.store.collection('lambda.permissions').values()).toEqual([]);
});
