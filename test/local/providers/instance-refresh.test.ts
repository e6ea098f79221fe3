import { readInstanceRefresh } from '../../../local/providers/instance-refresh';
import { FleetStack, NAME, properties } from './fleet-stack';
import { operation } from './operation';

const ROLLING = { Strategy: 'Rolling', Preferences: { InstanceWarmup: '60' } };

let stack: FleetStack;

beforeEach(async () => {
  stack = new FleetStack();
  await stack.create();
});

/** Starts an update under an instance refresh, and lets happen what happens at once. */
async function update(version: string, policy: object = { AutoScalingInstanceRefresh: ROLLING }) {
  const running = { ...operation({ updatePolicy: { ...policy } }), outcome: 'running' };
  const updated = stack.provider.update!(
    running.ctx,
    { physicalId: NAME, properties: properties('1') },
    properties(version),
  );
  updated.then(
    () => (running.outcome = 'done'),
    (error: Error) => (running.outcome = error.message),
  );
  await stack.at.settle();
  return running;
}

test('a change of the launch template replaces the instances, and the update waits for it (F22)', async () => {
  const updating = await update('2');
  expect(stack.versions()).toEqual(['i-001 v1', 'i-002 v1', 'i-003 v2']);
  await stack.at.clock.advance(60_000);
  expect(updating.outcome).toBe('running');
  await stack.at.clock.advance(60_000);
  expect(updating.outcome).toBe('done');
  expect(stack.versions()).toEqual(['i-003 v2', 'i-004 v2']);
  expect(updating.said).toEqual([expect.stringMatching(/^Instance refresh \S+ started\./)]);
});

test('a change that does not concern the instances starts no refresh (F22)', async () => {
  expect((await update('1')).outcome).toBe('done');
  expect(stack.at.scaling.refreshes.list(NAME)).toEqual([]);
});

test('a failed refresh fails the update, and the rollback is a second refresh (F23)', async () => {
  const updating = await update('2');
  stack.at.scaling.refreshes.cancel(NAME);
  await stack.at.settle();
  expect(updating.outcome).toMatch(/^Instance refresh \S+ ended in status Cancelled: Cancelled due to user request\.$/);
  const back = await update('1');
  await stack.at.clock.advance(120_000);
  expect(back.outcome).toBe('done');
  expect(stack.versions().every((one) => one.endsWith('v1'))).toBe(true);
});

test('a stack’s refresh cannot be rolled back through the API, nor run beside a person’s (F23)', async () => {
  await update('2');
  expect(() => stack.at.scaling.refreshes.rollback(NAME)).toThrow('CloudFormation started it; roll the stack back');
  stack.at.scaling.refreshes.cancel(NAME);
  stack.at.scaling.refreshes.start(NAME, { by: 'user', preferences: { InstanceWarmup: 600 } });
  expect((await update('3')).outcome).toContain('An Instance Refresh is already in progress');
});

test('a refresh takes at most 36 hours, and ends with its operation (F23)', async () => {
  const forever = { Strategy: 'Rolling', Preferences: { CheckpointPercentages: [50, 100], CheckpointDelay: 172_800 } };
  const updating = await update('2', { AutoScalingInstanceRefresh: forever });
  await stack.at.clock.advance(36 * 3_600_000);
  expect(updating.outcome).toMatch(/it took longer than 36 hours\.$/);
  const cancelled = await update('3', { AutoScalingInstanceRefresh: forever });
  expect(cancelled.outcome).toBe('running');
  cancelled.cancel();
  await stack.at.settle();
  expect(cancelled.outcome).toContain('ended in status Cancelled');
});

test.each<[string, object, string]>([
  [
    'beside a rolling update (F23)',
    { AutoScalingInstanceRefresh: ROLLING, AutoScalingRollingUpdate: {} },
    'AutoScalingInstanceRefresh and AutoScalingRollingUpdate cannot be used together',
  ],
  [
    'that replaces root volumes (F31)',
    { AutoScalingInstanceRefresh: { Strategy: 'ReplaceRootVolume' } },
    'Strategy ReplaceRootVolume of AutoScalingInstanceRefresh is not supported by the local runtime: use Rolling',
  ],
  ['of no strategy', { AutoScalingInstanceRefresh: {} }, 'Strategy must be Rolling or ReplaceRootVolume'],
])('a policy %s is refused', (_, policy, words) => {
  expect(() => readInstanceRefresh(policy as Record<string, unknown>)).toThrow(words);
});
