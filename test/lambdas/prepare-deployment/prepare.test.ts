import { type Preparation, prepare } from '../../../lambdas/prepare-deployment/prepare';
import type { Happening, Stack, Stacks } from '../../../lambdas/prepare-deployment/stack';

const ID = 'arn:aws:cloudformation:eu-west-1:000000000000:stack/greeter-dev-fleet/1';

const own = (status: string): Happening => ({ ofStack: true, logicalId: 'greeter-dev-fleet', status, reason: '' });
const of = (logicalId: string, status: string, reason = ''): Happening => ({
  ofStack: false,
  logicalId,
  status,
  reason,
});

/** A stack as it is found, with what happened to it, oldest first; what is done to it is kept. */
class FakeStacks implements Stacks {
  readonly done: string[] = [];
  constructor(
    public stack: Stack | undefined,
    private readonly happened: Happening[] = [],
  ) {}
  async find() {
    return this.stack;
  }
  async history() {
    return this.happened.toReversed();
  }
  async delete(id: string) {
    this.done.push(`delete ${id}`);
  }
  async changeParameters(stack: Stack) {
    this.done.push(`change ${stack.id}`);
  }
  async continueRollback(id: string, skip: readonly string[]) {
    this.done.push(`continue ${id} without [${skip}]`);
  }
}

const found = (status: string, happened: Happening[] = []) =>
  new FakeStacks({ id: ID, status, changedAt: new Date(0), parameters: { ImageVersion: '1.0.6' } }, happened);
const run = (stacks: Stacks, changed: Partial<Preparation> = {}) =>
  prepare({ stacks, name: 'greeter-dev-fleet', of: 'fleet', state: {}, ...changed });

test('a missing stack can be deployed', async () => {
  expect(await run(new FakeStacks(undefined))).toEqual({ ready: 'there is no stack greeter-dev-fleet yet' });
});

test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'])(
  'a stack in %s can be deployed',
  async (status) => {
    // What a roll that failed has replaced tells nothing of what serves.
    const rolled = status === 'UPDATE_ROLLBACK_COMPLETE' ? undefined : { version: '1.0.6', since: new Date(0) };
    expect(await run(found(status))).toMatchObject({ ready: `greeter-dev-fleet is in ${status}`, rolled });
  },
);

test.each([
  'CREATE_IN_PROGRESS',
  'ROLLBACK_IN_PROGRESS',
  'UPDATE_IN_PROGRESS',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'DELETE_IN_PROGRESS',
])('a running operation of an abandoned deployment is waited for (%s) (A19)', async (status) => {
  const stacks = found(status);
  const summary = `waiting for greeter-dev-fleet, which is in ${status}`;
  expect(await run(stacks, { state: { tries: 1 } })).toEqual({ again: { tries: 1 }, summary });
  expect(await run(stacks, { of: 'image' })).toEqual({ again: {}, summary });
  expect(stacks.done).toEqual([]);
});

const NEVER_STOOD = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED', 'REVIEW_IN_PROGRESS'];

test.each(NEVER_STOOD)('a fleet in %s whose creation never succeeded is deleted (E2, H9)', async (status) => {
  const stacks = found(status, [own('CREATE_IN_PROGRESS'), of('Fleet', 'CREATE_COMPLETE'), own(status)]);
  expect(await run(stacks)).toEqual({
    again: {},
    summary: `deleting greeter-dev-fleet, which was in ${status} and has never served`,
  });
  expect(stacks.done).toEqual([`delete ${ID}`]);
});

test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'])(
  'a stack that has served is never deleted, whatever its status says (%s)',
  async (stood) => {
    const stacks = found('ROLLBACK_COMPLETE', [own('CREATE_IN_PROGRESS'), own(stood), own('ROLLBACK_COMPLETE')]);
    await expect(run(stacks)).rejects.toThrow(
      `greeter-dev-fleet is in ROLLBACK_COMPLETE, which permits only its deletion, and its events contain ${stood}, so it has served`,
    );
    expect(stacks.done).toEqual([]);
  },
);

test.each([[[]], [[own('ROLLBACK_IN_PROGRESS'), own('ROLLBACK_COMPLETE')]]])(
  'a stack without known events is not deleted',
  async (happened) => {
    const stacks = found('ROLLBACK_COMPLETE', happened);
    await expect(run(stacks)).rejects.toThrow('its events do not reach back to its creation');
    expect(stacks.done).toEqual([]);
  },
);

const ROLLBACK = [
  own('CREATE_IN_PROGRESS'),
  own('CREATE_COMPLETE'),
  own('UPDATE_IN_PROGRESS'),
  of('Fleet', 'UPDATE_FAILED', 'Received 1 FAILURE signal(s)'),
  of('Other', 'UPDATE_FAILED', 'Resource update cancelled'),
  own('UPDATE_ROLLBACK_IN_PROGRESS'),
];
const FAILED_AGAIN = [...ROLLBACK, of('Fleet', 'UPDATE_FAILED', 'no such image'), own('UPDATE_ROLLBACK_FAILED')];

test('a failed rollback is continued, then continued without the resources that failed, and then left to a person (E3, H11)', async () => {
  const stacks = found('UPDATE_ROLLBACK_FAILED', FAILED_AGAIN);
  const first = await run(stacks);
  expect(first).toEqual({
    again: { stack: ID, tries: 1 },
    summary: 'continuing the rollback of greeter-dev-fleet, which was in UPDATE_ROLLBACK_FAILED',
  });
  const second = await run(stacks, { state: { stack: ID, tries: 1 } });
  expect(second).toEqual({
    again: { stack: ID, tries: 2 },
    summary: 'continuing the rollback of greeter-dev-fleet without Fleet, which was in UPDATE_ROLLBACK_FAILED',
  });
  await expect(run(stacks, { state: { stack: ID, tries: 2 } })).rejects.toThrow(
    'continuing its rollback failed again (Fleet: no such image): remove the reason',
  );
  expect(stacks.done).toEqual([`continue ${ID} without []`, `continue ${ID} without [Fleet]`]);
});

test('no resource is skipped if none is known to have failed (E3)', async () => {
  const stacks = found('UPDATE_ROLLBACK_FAILED', [...ROLLBACK, own('UPDATE_ROLLBACK_FAILED')]);
  stacks.stack = { ...stacks.stack!, reason: 'Internal error' };
  await expect(run(stacks, { state: { stack: ID, tries: 1 } })).rejects.toThrow('failed again (Internal error)');
});

test('a rollback that another delivery has continued is waited for (A38)', async () => {
  const stacks = found('UPDATE_ROLLBACK_FAILED', FAILED_AGAIN);
  stacks.continueRollback = async () => {
    stacks.stack = { id: ID, status: 'UPDATE_ROLLBACK_IN_PROGRESS', changedAt: new Date(0), parameters: {} };
    throw new Error('is in UPDATE_ROLLBACK_IN_PROGRESS state');
  };
  expect(await run(stacks)).toMatchObject({ again: { tries: 1 } });
});

test('a refusal of CloudFormation is reported', async () => {
  const stacks = found('UPDATE_ROLLBACK_FAILED', FAILED_AGAIN);
  stacks.continueRollback = () => Promise.reject(new Error('the role cannot be assumed'));
  await expect(run(stacks)).rejects.toThrow('the role cannot be assumed');
});

test.each(['UPDATE_FAILED', 'DELETE_FAILED', 'IMPORT_ROLLBACK_FAILED', 'SOMETHING_NEW'])(
  'a fleet in %s is left to a person, with the next step',
  async (status) => {
    const stacks = found(status);
    stacks.stack = { ...stacks.stack!, reason: 'it said so' };
    await expect(run(stacks)).rejects.toThrow(`greeter-dev-fleet is in ${status} (it said so): `);
    expect(stacks.done).toEqual([]);
  },
);

test.each([...NEVER_STOOD, 'UPDATE_ROLLBACK_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'])(
  'an image stack in %s is left to its action, which replaces a failed stack (A46)',
  async (status) => {
    const stacks = found(status);
    expect(await run(stacks, { of: 'image' })).toMatchObject({ ready: expect.any(String) });
    expect(stacks.done).toEqual([]);
  },
);
