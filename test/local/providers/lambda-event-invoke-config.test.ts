import { lambdaEventInvokeConfig } from '../../../local/providers/lambda-event-invoke-config';
import { functionSpec, type LambdaRig, lambdaRig } from '../runtime/lambda/lambda-rig';
import { providerContext } from './provider-context';

let rig: LambdaRig;
beforeEach(async () => {
  rig = lambdaRig();
  await rig.upload({ 'index.js': 'exports.handler = async () => process.env.A;' });
});
afterEach(() => rig.end());

test('AWS::Lambda::EventInvokeConfig sets how often an event is tried (A38)', async () => {
  await rig.functions.create(functionSpec({ handler: 'index.none' }));
  const provider = lambdaEventInvokeConfig(rig.functions);
  const config = { FunctionName: 'fn', Qualifier: '$LATEST', MaximumRetryAttempts: '0' };
  const made = await provider.create(providerContext(), config);
  rig.functions.invokeAsync('fn', {});
  while (!rig.events.some(({ type }) => type === 'notice')) await new Promise((resolve) => setImmediate(resolve));
  expect(rig.store.collection('lambda.events').values()).toEqual([]);
  expect(provider.refuse?.({ Qualifier: 'live' })).toHaveLength(1);
  await provider.delete(providerContext(), { ...made, properties: config });
});
