import type { ChangeSetRequest } from '../../../../local/engine/requests/request';
import { desk, items, obedient, request, someone, told } from '../desk';

const one = items({ A: {} });
const two = items({ A: { Properties: { Value: 2 } }, B: {} });

function set(template: object, more: Partial<ChangeSetRequest> = {}): ChangeSetRequest {
  return { ...request(template), changeSetName: 'set', ...more };
}

test('a change set for a new stack puts it in review; executing it creates it (E17)', async () => {
  const at = desk({ answer: obedient });
  const made = await at.engine.createChangeSet(set(one));
  expect(made).toMatchObject({ status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE', changes: 1 });
  expect(at.engine.describe('desk')?.status).toBe('REVIEW_IN_PROGRESS');
  expect(at.providers.calls).toEqual([]);
  const ended = await at.engine.executeChangeSet('desk', 'set', someone);
  expect(ended.status).toBe('CREATE_COMPLETE');
  expect(told(at).slice(0, 2)).toEqual([
    'desk REVIEW_IN_PROGRESS: User Initiated',
    'desk CREATE_IN_PROGRESS: User Initiated',
  ]);
});

test('an executed change set is found by its ARN only, and takes the others with it (E17)', async () => {
  const at = desk({ answer: obedient });
  await at.engine.create(request(one));
  const { id } = await at.engine.createChangeSet(set(two));
  await at.engine.createChangeSet(set(two, { changeSetName: 'other' }));
  await at.engine.executeChangeSet('desk', 'set', someone);
  expect(at.engine.queries.changeSet({ changeSetName: id }).executionStatus).toBe('EXECUTE_COMPLETE');
  expect(at.engine.queries.changeSets('desk')).toEqual([]);
  await expect(at.engine.executeChangeSet('desk', 'set', someone)).rejects.toMatchObject({
    code: 'ChangeSetNotFound',
    message: 'ChangeSet [set] does not exist',
  });
});

test('a change set whose execution failed is consumed too (A53)', async () => {
  const at = desk({ answer: ({ logicalId }) => (logicalId === 'B' ? { fails: 'no room' } : 'succeeds') });
  await at.engine.create(request(one));
  const { id } = await at.engine.createChangeSet(set(two));
  await at.engine.createChangeSet(set(two, { changeSetName: 'other' }));
  expect((await at.engine.executeChangeSet('desk', 'set', someone)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(at.engine.queries.changeSet({ changeSetName: id }).executionStatus).toBe('EXECUTE_FAILED');
  await expect(at.engine.executeChangeSet('desk', 'set', someone)).rejects.toThrow('ChangeSet [set] does not exist');
  await expect(at.engine.executeChangeSet('desk', 'other', someone)).rejects.toThrow(
    /^ChangeSet \[arn.*\] cannot be executed in its current execution status of \[OBSOLETE\]$/,
  );
});

test('a change set without changes is FAILED and cannot be executed (A51)', async () => {
  const at = desk({ answer: obedient });
  await at.engine.create(request(one));
  const { id, ...made } = await at.engine.createChangeSet(set(one));
  expect(made).toEqual({
    status: 'FAILED',
    executionStatus: 'UNAVAILABLE',
    statusReason:
      "The submitted information didn't contain changes. Submit different information to create a change set.",
    changes: 0,
  });
  await expect(at.engine.executeChangeSet('desk', 'set', someone)).rejects.toMatchObject({
    code: 'InvalidChangeSetStatus',
    message: `ChangeSet [${id}] cannot be executed in its current status of [FAILED]`,
  });
});

test('a change set of outputs alone is executable and has no changes (J8)', async () => {
  const at = desk({ answer: obedient });
  await at.engine.create(request(one));
  const made = await at.engine.createChangeSet(set({ ...one, Outputs: { Id: { Value: { Ref: 'A' } } } }));
  expect(made).toMatchObject({ status: 'CREATE_COMPLETE', changes: 0 });
  const ended = await at.engine.executeChangeSet('desk', 'set', someone);
  expect(ended).toMatchObject({ status: 'UPDATE_COMPLETE', outputs: { Id: 'A-1' } });
});

test('the executed plan is the stored one, with the parameter values of its creation (E24)', async () => {
  const at = desk({ answer: obedient });
  const template = items(
    { A: { Properties: { Value: { Ref: 'Image' } } } },
    { Parameters: { Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/image' } } },
  );
  at.parameters.set('/image', 'ami-1');
  await at.engine.create(request(template));
  at.parameters.set('/image', 'ami-2');
  await at.engine.createChangeSet(set(template));
  at.parameters.set('/image', 'ami-3');
  await at.engine.executeChangeSet('desk', 'set', someone);
  expect(at.providers.calls.at(-1)?.properties).toEqual({ Value: 'ami-2' });
});

test('change sets of the wrong type, or on stacks that cannot be updated, are refused (E6, A54)', async () => {
  const at = desk({ answer: ({ logicalId }) => (logicalId === 'Bad' ? { fails: 'no room' } : 'succeeds') });
  await expect(at.engine.createChangeSet(set(one, { changeSetType: 'UPDATE' }))).rejects.toThrow(
    'Stack [desk] does not exist',
  );
  await at.engine.create(request(one));
  await expect(at.engine.createChangeSet(set(two, { changeSetType: 'CREATE' }))).rejects.toThrow(
    'Stack [desk] already exists and cannot be created again with the changeSet [set].',
  );
  await at.engine.create(request(items({ Bad: {} }), { stackName: 'bad' }));
  await expect(at.engine.createChangeSet(set(one, { stackName: 'bad' }))).rejects.toThrow(
    /^Stack:arn.* is in ROLLBACK_COMPLETE state and can not be updated\.$/,
  );
});

test('a change set can be deleted, and its name used again', async () => {
  const at = desk({ answer: obedient });
  await at.engine.create(request(one));
  await at.engine.createChangeSet(set(two));
  await expect(at.engine.createChangeSet(set(two))).rejects.toMatchObject({ code: 'AlreadyExistsException' });
  at.engine.deleteChangeSet('desk', 'set');
  // Deleted once more, it is as gone as before.
  expect(() => at.engine.deleteChangeSet('desk', 'set')).not.toThrow();
  expect(() => at.engine.deleteChangeSet('nowhere', 'set')).toThrow('Stack [nowhere] does not exist');
  await expect(at.engine.createChangeSet(set(two))).resolves.toMatchObject({ status: 'CREATE_COMPLETE' });
});

test('a stack in review can be deleted, or created directly', async () => {
  const at = desk({ answer: obedient });
  await at.engine.createChangeSet(set(one));
  await at.engine.delete('desk', someone);
  expect(at.engine.describe('desk')).toBeUndefined();
  await at.engine.createChangeSet(set(one));
  expect((await at.engine.create(request(two))).status).toBe('CREATE_COMPLETE');
});

test('an update makes earlier change sets OBSOLETE', async () => {
  const at = desk({ answer: obedient });
  await at.engine.create(request(one));
  await at.engine.createChangeSet(set(two));
  await at.engine.update(request(two));
  expect(at.engine.queries.changeSets('desk').map(({ executionStatus }) => executionStatus)).toEqual(['OBSOLETE']);
});
