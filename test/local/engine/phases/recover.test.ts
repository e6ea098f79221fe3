import { INTERRUPTED } from '../../../../local/engine/phases/recover';
import { type Desk, desk, items, request, someone, told } from '../desk';

const before = items({ A: { Properties: { Fixed: 1 } }, B: { Properties: { Value: { Ref: 'A' } } }, Old: {} });
const after = items({ A: { Properties: { Fixed: 2 } }, B: { Properties: { Value: { Ref: 'A' } } }, New: {} });

/**
 * A desk whose runtime is killed while the provider call `at` waits, and whose next life answers every call. Calls of
 * the killed life never end.
 */
async function killedAt(call: string, begin: (at: Desk) => unknown, prelude?: object): Promise<Desk> {
  let alive = 'prelude';
  const at = desk({
    answer: ({ verb, logicalId }) => (alive === 'doomed' && `${verb} ${logicalId}` === call ? undefined : 'succeeds'),
  });
  if (prelude) await at.engine.create(request(prelude));
  alive = 'doomed';
  begin(at);
  await at.providers.next(call);
  alive = 'again';
  const next = await at.restart();
  next.engine.recover();
  await next.engine.settled();
  return next;
}

/** The events since the last that says what the user initiated. */
function lastOperation(at: Desk, stack = 'desk'): string[] {
  const all = told(at, stack);
  return all.slice(all.findLastIndex((line) => line.endsWith(': User Initiated')));
}

describe('a kill during an operation leaves a stack state that AWS could show', () => {
  test('a kill during creation fails the resources in progress and rolls the creation back', async () => {
    const at = await killedAt('create B', ({ engine }) => engine.startCreate(request(before)));
    expect(at.engine.describe('desk')?.status).toBe('ROLLBACK_COMPLETE');
    expect(lastOperation(at).slice(-9)).toEqual([
      'B CREATE_IN_PROGRESS',
      `B CREATE_FAILED: ${INTERRUPTED}`,
      'desk ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [B]. Rollback requested by user.',
      'Old DELETE_IN_PROGRESS (Old-1)',
      'B DELETE_COMPLETE',
      'Old DELETE_COMPLETE (Old-1)',
      'A DELETE_IN_PROGRESS (A-1)',
      'A DELETE_COMPLETE (A-1)',
      'desk ROLLBACK_COMPLETE',
    ]);
    expect(at.engine.firstFailure('desk')).toBe(`B: ${INTERRUPTED}`);
  });

  test('a kill during creation, after the provider reported an id, lets the rollback find the resource', async () => {
    const at = desk({ answer: ({ verb }) => (verb === 'delete' ? 'succeeds' : undefined) });
    at.engine.startCreate(request(items({ A: {} })));
    (await at.providers.next('create A')).ctx.created('A-made');
    const next = await at.restart();
    next.engine.recover();
    await next.engine.settled();
    expect(at.providers.calls.at(-1)?.current?.physicalId).toBe('A-made');
    expect(next.engine.describe('desk')?.status).toBe('ROLLBACK_COMPLETE');
  });

  test('a kill during creation with DO_NOTHING leaves CREATE_FAILED', async () => {
    const begin = ({ engine }: Desk) => engine.startCreate(request(before, { onFailure: 'DO_NOTHING' }));
    const at = await killedAt('create B', begin);
    expect(at.engine.describe('desk')).toMatchObject({
      status: 'CREATE_FAILED',
      statusReason: 'The following resource(s) failed to create: [B]. ',
    });
  });

  test('a kill during the rollback of a creation resumes the rollback', async () => {
    const at = desk({
      answer: ({ verb, logicalId }) => (logicalId === 'A' && verb === 'create' ? 'succeeds' : undefined),
    });
    at.engine.startCreate(request(items({ A: {}, B: { DependsOn: 'A' } })));
    (await at.providers.next('create B')).fail('no room');
    await at.providers.next('delete A');
    const next = await at.restart();
    next.engine.recover();
    (await at.providers.next('delete A')).succeed();
    await next.engine.settled();
    expect(told(next).slice(-6)).toEqual([
      'B DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS (A-1)',
      `A DELETE_FAILED (A-1): ${INTERRUPTED}`,
      'A DELETE_IN_PROGRESS (A-1)',
      'A DELETE_COMPLETE (A-1)',
      'desk ROLLBACK_COMPLETE',
    ]);
  });

  test.each([
    ['create A', 'a replacement', 'A UPDATE_FAILED (A-1)'],
    ['update B', 'a change in place', 'B UPDATE_FAILED (B-1)'],
    ['create New', 'an addition', 'New CREATE_FAILED'],
  ])('a kill during an update, in %s, rolls it back', async (call, _, failure) => {
    const at = await killedAt(call, ({ engine }) => engine.startUpdate(request(after)), before);
    expect(at.engine.describe('desk')?.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(told(at)).toContain(`${failure}: ${INTERRUPTED}`);
    const live = at.engine.queries.resources('desk').map(({ live: thing }) => [thing?.physicalId, thing?.properties]);
    expect(live).toEqual([
      ['A-1', { Fixed: 1 }],
      ['B-1', { Value: 'A-1' }],
      ['Old-1', {}],
    ]);
    expect((await at.engine.update(request(after))).status).toBe('UPDATE_COMPLETE');
  });

  test('a kill during an update rollback resumes it', async () => {
    let updates = 0;
    const at = desk({
      answer: ({ verb }) =>
        verb === 'update' && ++updates <= 2 ? (updates === 1 ? { fails: 'no' } : undefined) : 'succeeds',
    });
    const value = (Value: number) => request(items({ A: { Properties: { Value } } }));
    await at.engine.create(value(1));
    at.engine.startUpdate(value(2));
    await at.providers.next('update A');
    const next = await at.restart();
    next.engine.recover();
    await next.engine.settled();
    expect(lastOperation(next)).toEqual([
      'desk UPDATE_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS (A-1)',
      'A UPDATE_FAILED (A-1): no',
      'desk UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [A]. ',
      'A UPDATE_IN_PROGRESS (A-1)',
      `A UPDATE_FAILED (A-1): ${INTERRUPTED}`,
      'A UPDATE_IN_PROGRESS (A-1)',
      'A UPDATE_COMPLETE (A-1)',
      'desk UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'desk UPDATE_ROLLBACK_COMPLETE',
    ]);
  });

  test('a kill during the clean-up of an update keeps the update, and resumes the clean-up', async () => {
    const at = await killedAt('delete A', ({ engine }) => engine.startUpdate(request(after)), before);
    expect(at.engine.describe('desk')?.status).toBe('UPDATE_COMPLETE');
    expect(at.providers.names.filter((name) => name.startsWith('delete'))).toEqual([
      'delete Old',
      'delete A',
      'delete A',
    ]);
    expect(at.engine.queries.resources('desk').map(({ live }) => live?.physicalId)).toEqual(['A-2', 'B-1', 'New-1']);
  });

  test('a kill during deletion resumes it', async () => {
    const begin = ({ engine }: Desk) => engine.startDelete({ stackName: 'desk', principal: someone });
    const at = await killedAt('delete A', begin, before);
    expect(at.engine.describe('desk')).toBeUndefined();
    expect(at.engine.queries.stacks()[0]?.state.id).toBe('DELETE_COMPLETE');
  });

  test('recovery reports the interrupted operation', async () => {
    const at = await killedAt('create B', ({ engine }) => engine.startCreate(request(before)));
    expect(at.events.find(({ type }) => type === 'interruption-found')).toMatchObject({
      what: 'stack desk in CREATE_IN_PROGRESS',
      consequence: 'it goes to ROLLBACK_IN_PROGRESS',
    });
  });

  test('recovery fails the executed change set', async () => {
    const begin = async ({ engine }: Desk) => {
      await engine.createChangeSet({ ...request(after), changeSetName: 'set' });
      void engine.executeChangeSet('desk', 'set', someone).catch(() => {});
    };
    const at = await killedAt('update B', begin, before);
    const [id] = at.store.collection('cloudformation.changeSets').entries()[0] ?? [''];
    expect(at.engine.queries.changeSet({ changeSetName: id.split('|')[1]! }).executionStatus).toBe('EXECUTE_FAILED');
  });

  test('recovery leaves a stable stack alone', async () => {
    const at = desk({ answer: () => 'succeeds' });
    await at.engine.create(request(before));
    const next = await at.restart();
    next.engine.recover();
    await next.engine.settled();
    expect(told(next).at(-1)).toBe('desk CREATE_COMPLETE');
  });
});

test('a stopped engine writes nothing more, and waiting callers get an error', async () => {
  const at = desk();
  const { done } = at.engine.startCreate(request(items({ A: {} })));
  const call = await at.providers.next('create A');
  await at.engine.stop();
  call.succeed();
  await expect(done).rejects.toThrow('The local runtime is stopping.');
  expect(told(at).at(-1)).toBe('A CREATE_IN_PROGRESS');
});
