import type { Functions } from '../../../../local/runtime/lambda/functions';
import { DrivenClock } from '../../../rig/driven-clock';
import { type LambdaRig, lambdaRig, functionSpec as spec, until } from './lambda-rig';

let rig: LambdaRig;
beforeEach(() => {
  rig = lambdaRig();
});
afterEach(() => rig.end());

const finished = () => rig.events.filter(({ type }) => type === 'function-finished').length;

async function failing(config: Parameters<Functions['configureEvents']>[1] = {}): Promise<DrivenClock> {
  await rig.end();
  const clock = new DrivenClock();
  rig = lambdaRig({ clock });
  await rig.handler('throw new Error("again");');
  rig.functions.configureEvents('fn', config);
  rig.functions.invokeAsync('fn', { a: 1 });
  await until(() => finished() === 1);
  return clock;
}

test('a failed event is tried again after one and after two minutes, and then dropped (A38)', async () => {
  const clock = await failing();
  await clock.advance(59_999);
  expect(finished()).toBe(1);
  await clock.advance(1);
  await until(() => finished() === 2);
  await clock.advance(119_999);
  expect(finished()).toBe(2);
  await clock.advance(1);
  await until(() => finished() === 3 && rig.events.some(({ type }) => type === 'notice'));
  expect(rig.store.collection('lambda.events').values()).toEqual([]);
});

test('a failed event is not tried again where MaximumRetryAttempts is 0 (A38)', async () => {
  await failing({ maximumRetryAttempts: 0 });
  await until(() => rig.events.some(({ type }) => type === 'notice'));
  expect(rig.store.collection('lambda.events').values()).toEqual([]);
});

test('an accepted event survives the end of the runtime', async () => {
  await rig.handler('if (event.wait) await new Promise(() => {}); return 1;');
  rig.functions.invokeAsync('fn', { wait: true });
  await until(() => rig.events.some(({ type }) => type === 'function-invoked'));
  await rig.functions.stop();
  expect(rig.store.collection('lambda.events').values()).toHaveLength(1);
  await rig.upload({ 'index.js': 'exports.handler = async () => 1;' }, 'quick.zip');
  const after = rig.again();
  await after.update(spec({ code: { bucket: 'assets', key: 'quick.zip' } }));
  after.recover();
  await until(() => rig.store.collection('lambda.events').values().length === 0);
});

test('a hundred concurrent events are all handled, each once', async () => {
  await rig.handler('console.log(`event ${event.number}`);');
  for (let number = 0; number < 100; number++) rig.functions.invokeAsync('fn', { number });
  await until(() => finished() === 100);
  const handled = rig.lines.filter((line) => /event \d+$/.test(line)).map((line) => line.split(' ').at(-1));
  expect(new Set(handled).size).toBe(100);
  expect(handled).toHaveLength(100);
});
