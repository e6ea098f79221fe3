import { desk, items, request, settle, told } from '../desk';

const gated = (policy: object, Type = 'Test::Desk::Item') => items({ A: { Type, CreationPolicy: policy } });
const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
const two = { ResourceSignal: { Count: 2, Timeout: 'PT10M' } };

/** A stack whose resource is made and now waits for signals. */
async function waiting(template: object) {
  const at = desk({ answer: ({ verb }) => (verb === 'delete' ? 'succeeds' : undefined) });
  const { done } = at.engine.startCreate(request(template));
  (await at.providers.next('create A')).succeed();
  await settle(at);
  const signal = (uniqueId: string, status: 'SUCCESS' | 'FAILURE' = 'SUCCESS') =>
    at.engine.signal({ stackName: 'desk', logicalId: 'A', uniqueId, status });
  return { ...at, done, signal };
}

function reason(at: Parameters<typeof told>[0], status: string): string | undefined {
  return told(at)
    .find((line) => line.startsWith(`A ${status}`))
    ?.replace(/^.*?: /, '');
}

test('a resource is created when its signals have arrived; each unique id counts once (F1)', async () => {
  const at = await waiting(gated(two));
  at.signal('i-1');
  at.signal('i-1');
  await settle(at);
  expect(at.engine.describe('desk')?.status).toBe('CREATE_IN_PROGRESS');
  at.signal('i-2');
  expect((await at.done).status).toBe('CREATE_COMPLETE');
  expect(told(at).filter((line) => line.includes('signal'))).toEqual([
    'A CREATE_IN_PROGRESS (A-1): Received SUCCESS signal with UniqueId i-1',
    'A CREATE_IN_PROGRESS (A-1): Received SUCCESS signal with UniqueId i-2',
  ]);
});

test('signals that arrive while the provider still works count (F1)', async () => {
  const at = desk();
  const { done } = at.engine.startCreate(request(gated({ ResourceSignal: {} })));
  const call = await at.providers.next('create A');
  at.engine.signal({ stackName: 'desk', logicalId: 'A', uniqueId: 'i-1', status: 'SUCCESS' });
  call.succeed();
  expect((await done).status).toBe('CREATE_COMPLETE');
});

test('without its signals a resource fails at the time-out, whose clock starts when it is stable (F1)', async () => {
  const at = desk({ answer: ({ verb }) => (verb === 'delete' ? 'succeeds' : undefined) });
  const { done } = at.engine.startCreate(request(gated(two)));
  const call = await at.providers.next('create A');
  await at.clock.advance(3_600_000);
  call.succeed();
  await at.clock.advance(599_000);
  expect(at.engine.describe('desk')?.status).toBe('CREATE_IN_PROGRESS');
  await at.clock.advance(1_000);
  expect((await done).status).toBe('ROLLBACK_COMPLETE');
  expect(reason(at, 'CREATE_FAILED')).toBe('Failed to receive 2 resource signal(s) within the specified duration');
  expect(at.clock.pending).toBe(0);
});

test('the failure of a group names the number of received signals (F1)', async () => {
  const at = await waiting(gated(two, GROUP));
  at.signal('i-1');
  await at.clock.advance(600_000);
  expect((await at.done).status).toBe('ROLLBACK_COMPLETE');
  expect(told(at).slice(3, 7)).toEqual([
    'A CREATE_IN_PROGRESS (A-1): Received SUCCESS signal with UniqueId i-1',
    'A CREATE_IN_PROGRESS (A-1): Failed to receive 1 resource signal(s) for the current batch.  Each resource signal timeout is counted as a FAILURE.',
    'A CREATE_FAILED (A-1): Received 1 SUCCESS signal(s) out of 2.  Unable to satisfy 100% MinSuccessfulInstancesPercent requirement',
    'desk ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [A]. Rollback requested by user.',
  ]);
});

test('a FAILURE signal fails the resource at once, without waiting for the others (F18)', async () => {
  const at = await waiting(gated(two));
  at.signal('i-1', 'FAILURE');
  expect((await at.done).status).toBe('ROLLBACK_COMPLETE');
  expect(reason(at, 'CREATE_FAILED')).toBe('Received FAILURE signal with UniqueId i-1');
});

test('a FAILURE signal ends a provider that still works (F18)', async () => {
  const at = desk({ answer: ({ verb }) => (verb === 'delete' ? 'succeeds' : undefined) });
  const { done } = at.engine.startCreate(request(gated(two, GROUP)));
  const call = await at.providers.next('create A');
  call.ctx.created('A-made');
  at.engine.signal({ stackName: 'desk', logicalId: 'A', uniqueId: 'i-1', status: 'FAILURE' });
  expect((await done).status).toBe('ROLLBACK_COMPLETE');
  expect(reason(at, 'CREATE_FAILED')).toBe(
    'Received 0 SUCCESS signal(s) out of 2.  Unable to satisfy 100% MinSuccessfulInstancesPercent requirement',
  );
  expect(at.providers.names).toEqual(['create A', 'delete A']);
});

test('with a lower percentage, failures are counted, and fail the resource only when success is impossible (J10)', async () => {
  const policy = { ...two, AutoScalingCreationPolicy: { MinSuccessfulInstancesPercent: 50 } };
  const at = await waiting(gated(policy, GROUP));
  at.signal('i-1', 'FAILURE');
  at.signal('i-2');
  expect((await at.done).status).toBe('CREATE_COMPLETE');
});

test('a signal is refused without an operation, and ignored for a complete resource (F18)', async () => {
  const at = await waiting(items({ A: {}, B: { DependsOn: 'A' } }));
  at.signal('i-1');
  (await at.providers.next('create B')).succeed();
  await at.done;
  expect(told(at).join()).not.toContain('signal');
  expect(() => at.signal('i-2')).toThrow(/^Stack:arn.* is in CREATE_COMPLETE state and can not be signaled$/);
});

test('a failed sibling ends the wait for signals', async () => {
  const at = desk({ answer: ({ verb }) => (verb === 'delete' ? 'succeeds' : undefined) });
  const template = items({ A: { CreationPolicy: two }, B: {} });
  const { done } = at.engine.startCreate(request(template));
  (await at.providers.next('create A')).succeed();
  (await at.providers.next('create B')).fail('no room');
  await done;
  expect(reason(at, 'CREATE_FAILED')).toBe('Resource creation cancelled');
});

test('signals reach a provider that listens during an update', async () => {
  const at = desk({ answer: ({ verb }) => (verb === 'create' ? 'succeeds' : undefined) });
  await at.engine.create(request(items({ A: {} })));
  const { done } = at.engine.startUpdate(request(items({ A: { Properties: { Value: 1 } } })));
  const update = await at.providers.next('update A');
  const heard: string[] = [];
  update.ctx.signals.subscribe(({ uniqueId }) => heard.push(uniqueId));
  at.engine.signal({ stackName: 'desk', logicalId: 'A', uniqueId: 'i-7', status: 'SUCCESS' });
  update.succeed();
  await done;
  expect(heard).toEqual(['i-7']);
  expect(told(at)).toContain('A UPDATE_IN_PROGRESS (A-1): Received SUCCESS signal with UniqueId i-7');
});
