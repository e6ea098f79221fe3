import { desk, items, obedient, request, settle, someone, told } from './desk';

const two = items({ A: {}, B: {} });
const twoNow = items({ A: { Properties: { Value: 1 } }, B: { Properties: { Value: 1 } } });

test('independent resources are in progress at the same time, dependents are not (E13)', async () => {
  const at = desk();
  const { done } = at.engine.startCreate(request(items({ A: {}, B: {}, C: { DependsOn: ['A', 'B'] } })));
  const [a, b] = await Promise.all([at.providers.next('create A'), at.providers.next('create B')]);
  a.succeed();
  await settle(at);
  expect(at.providers.names).toEqual(['create A', 'create B']);
  b.succeed();
  (await at.providers.next('create C')).succeed();
  expect((await done).status).toBe('CREATE_COMPLETE');
});

test('a failure cancels the resources in progress, and both are named (E11)', async () => {
  const at = desk({ answer: ({ verb }) => (verb === 'delete' ? 'succeeds' : undefined) });
  const { done } = at.engine.startCreate(request(two));
  const a = await at.providers.next('create A');
  a.ctx.created('A-made');
  (await at.providers.next('create B')).fail('no room');
  expect((await done).status).toBe('ROLLBACK_COMPLETE');
  expect(told(at)).toEqual([
    'desk CREATE_IN_PROGRESS: User Initiated',
    'A CREATE_IN_PROGRESS',
    'B CREATE_IN_PROGRESS',
    'A CREATE_IN_PROGRESS (A-made): Resource creation Initiated',
    'B CREATE_FAILED: no room',
    'A CREATE_FAILED (A-made): Resource creation cancelled',
    'desk ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [A, B]. Rollback requested by user.',
    'B DELETE_COMPLETE',
    'A DELETE_IN_PROGRESS (A-made)',
    'A DELETE_COMPLETE (A-made)',
    'desk ROLLBACK_COMPLETE',
  ]);
  expect(at.engine.firstFailure('desk')).toBe('B: no room');
});

test('a cancelled update is rolled back, and its resources report the cancellation (E5)', async () => {
  let held = false;
  const at = desk({ answer: ({ logicalId }) => (held && logicalId === 'B' ? undefined : 'succeeds') });
  await at.engine.create(request(two));
  held = true;
  const before = at.engine.queries.events('desk').length;
  const { done } = at.engine.startUpdate(request(twoNow));
  await at.providers.next('update B');
  await settle(at);
  held = false;
  at.engine.cancelUpdate('desk');
  expect((await done).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(told(at, 'desk', before)).toEqual([
    'desk UPDATE_IN_PROGRESS: User Initiated',
    'A UPDATE_IN_PROGRESS (A-1)',
    'B UPDATE_IN_PROGRESS (B-1)',
    'A UPDATE_COMPLETE (A-1)',
    'desk UPDATE_ROLLBACK_IN_PROGRESS: User Initiated',
    'B UPDATE_FAILED (B-1): Resource update cancelled',
    'A UPDATE_IN_PROGRESS (A-1)',
    'B UPDATE_IN_PROGRESS (B-1)',
    'A UPDATE_COMPLETE (A-1)',
    'B UPDATE_COMPLETE (B-1)',
    'desk UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'desk UPDATE_ROLLBACK_COMPLETE',
  ]);
  expect(() => at.engine.cancelUpdate('desk')).toThrow('CancelUpdateStack cannot be called from current stack status');
});

test('a stack can be deleted while it is being created (E5)', async () => {
  const at = desk({ answer: ({ verb }) => (verb === 'delete' ? 'succeeds' : undefined) });
  const { stackId, done } = at.engine.startCreate(request(two));
  (await at.providers.next('create A')).succeed();
  await at.providers.next('create B');
  at.engine.startDelete({ stackName: 'desk', principal: someone });
  expect((await done).status).toBe('DELETE_COMPLETE');
  expect(at.engine.describe('desk')).toBeUndefined();
  expect(at.engine.describe(stackId)?.status).toBe('DELETE_COMPLETE');
  expect(at.providers.names).toEqual(['create A', 'create B', 'delete A']);
});

test('a stack cannot be deleted while it is being updated (E5)', async () => {
  let held = false;
  const at = desk({ answer: () => (held ? undefined : 'succeeds') });
  await at.engine.create(request(two));
  held = true;
  const { done } = at.engine.startUpdate(request(twoNow));
  await settle(at);
  expect(() => at.engine.startDelete({ stackName: 'desk', principal: someone })).toThrow(
    'Stack [desk] cannot be deleted while in status UPDATE_IN_PROGRESS',
  );
  expect(() => at.engine.startUpdate(request(two))).toThrow(/is in UPDATE_IN_PROGRESS state and can not be updated\.$/);
  for (const name of ['update A', 'update B']) (await at.providers.next(name)).succeed();
  expect((await done).status).toBe('UPDATE_COMPLETE');
});

test('on a rollback, a provider gets the properties of the failed update and the policy to which it rolls back (F8)', async () => {
  const at = desk({ answer: ({ verb }) => (verb === 'update' ? undefined : 'succeeds') });
  const group = (value: number, PauseTime: string) =>
    items({
      G: {
        Type: 'AWS::AutoScaling::AutoScalingGroup',
        Properties: { Value: value },
        UpdatePolicy: { AutoScalingRollingUpdate: { PauseTime } },
      },
    });
  await at.engine.create(request(group(1, 'PT1M')));
  const { done } = at.engine.startUpdate(request(group(2, 'PT9M')));
  const update = await at.providers.next('update G');
  expect(update.ctx.updatePolicy).toEqual({ AutoScalingRollingUpdate: { PauseTime: 'PT9M' } });
  expect([update.current?.properties['Value'], update.properties['Value']]).toEqual([1, 2]);
  update.fail('did not roll');
  const rollback = await at.providers.next('update G');
  expect(rollback.ctx.updatePolicy).toEqual({ AutoScalingRollingUpdate: { PauseTime: 'PT1M' } });
  expect([rollback.current?.properties['Value'], rollback.properties['Value']]).toEqual([2, 1]);
  rollback.succeed();
  expect((await done).status).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('progress that a provider reports is an event', async () => {
  const at = desk();
  const { done } = at.engine.startCreate(request(items({ A: {} })));
  const a = await at.providers.next('create A');
  a.ctx.created('A-made');
  a.ctx.progress('half of it is there');
  a.succeed({ physicalId: 'A-made' });
  await done;
  expect(told(at)).toContain('A CREATE_IN_PROGRESS (A-made): half of it is there');
});

test('the bus gets every event, in the same order', async () => {
  const at = desk({ answer: obedient });
  await at.engine.create(request(two));
  const heard = at.events.flatMap((event) =>
    event.type === 'stack-event' ? [`${event.logicalId} ${event.status}`] : [],
  );
  expect(heard).toEqual(at.engine.queries.events('desk').map(({ logicalId, status }) => `${logicalId} ${status}`));
});
