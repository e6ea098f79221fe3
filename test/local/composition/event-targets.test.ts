import { eventTargets } from '../../../local/composition/event-targets';
import { EventBridge, type RuleTarget } from '../../../local/runtime/events/event-bridge';
import { room } from '../../rig/room';

const roleArn = 'arn:aws:iam::000000000000:role/start';
const rule = 'arn:aws:events:eu-west-1:000000000000:rule/on-order';
const fn = { id: 'F', arn: 'arn:aws:lambda:eu-west-1:000000000000:function:fn' };
const topic = { id: 'T', arn: 'arn:aws:sns:eu-west-1:000000000000:orders' };
const pipeline = { id: 'P', arn: 'arn:aws:codepipeline:eu-west-1:000000000000:app', roleArn };

function setUp(permitted = true) {
  const heard: unknown[] = [];
  const asked: string[][] = [];
  const parts = room();
  const permits = (...words: string[]) => {
    asked.push(words);
    return permitted;
  };
  const events = new EventBridge({
    ...parts,
    roles: { assume: () => ({ accessKeyId: 'a', secretAccessKey: 's' }) },
    targets: eventTargets({
      topics: { permits, publish: (arn, { message }) => String(heard.push([arn, JSON.parse(message)])) },
      functions: () => ({ permits, invokeAsync: (arn, event) => void heard.push([arn, event]) }),
      pipelines: () => ({ start: (name, { trigger, detail }) => String(heard.push([name, trigger, detail])) }),
    }),
  });
  const put = (...targets: RuleTarget[]) =>
    events.putRule({ name: 'on-order', pattern: { source: ['shop'] }, state: 'ENABLED', targets });
  const order = async () => {
    events.publish({ source: 'shop', detailType: 'Order', resources: [], detail: { size: 3 } });
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...parts, said: parts.events, asked, heard, put, order };
}

test('an event reaches functions and topics whose policies permit EventBridge, and pipelines', async () => {
  const { asked, heard, order, put } = setUp();
  put(fn, topic, pipeline);
  await order();
  const event = expect.objectContaining({ source: 'shop', 'detail-type': 'Order', detail: { size: 3 } });
  expect(heard).toEqual([
    [fn.arn, event],
    [topic.arn, event],
    ['app', 'CloudWatchEvent', rule],
  ]);
  expect(asked).toEqual([
    [fn.arn, 'events.amazonaws.com', rule],
    [topic.arn, 'events.amazonaws.com'],
  ]);
});

test('a target whose policy does not permit EventBridge gets nothing, and this is reported', async () => {
  const { heard, order, put, said } = setUp(false);
  put(fn, topic);
  await order();
  expect(heard).toEqual([]);
  expect(said.map((event) => 'message' in event && event.message)).toEqual([
    `rule on-order could not deliver to ${fn.arn}: the function's policy does not let events.amazonaws.com invoke it for ${rule}`,
    `rule on-order could not deliver to ${topic.arn}: the topic's policy does not let events.amazonaws.com publish to it`,
  ]);
});

test('the input of a target replaces the event', async () => {
  const { heard, order, put } = setUp();
  put({ ...fn, input: '{"hello":1}' });
  await order();
  expect(heard).toEqual([[fn.arn, { hello: 1 }]]);
});

test.each([
  [{ ...fn, input: 'no json' }, 'JSON syntax error in input for target F'],
  [{ ...fn, roleArn }, `RoleArn is not supported for target ${fn.arn}.`],
  [{ ...pipeline, roleArn: undefined }, `RoleArn is required for target ${pipeline.arn}.`],
  [{ ...pipeline, input: '{}' }, `Input for the EventBridge target ${pipeline.arn} is not supported`],
  [{ id: 'Q', arn: 'arn:aws:sqs:eu-west-1:000000000000:queue' }, 'the EventBridge target arn:aws:sqs'],
])('the target %j is refused when the rule is created', (target, words) => {
  expect(() => setUp().put(target as RuleTarget)).toThrow(words);
});
