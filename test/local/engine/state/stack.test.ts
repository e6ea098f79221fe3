import { isWorking, mayFollow, type StackStatus, standingDeployment } from '../../../../local/engine/state/stack';

const STATUSES: StackStatus[] = [
  'REVIEW_IN_PROGRESS',
  'CREATE_IN_PROGRESS',
  'CREATE_COMPLETE',
  'CREATE_FAILED',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_COMPLETE',
  'ROLLBACK_FAILED',
  'UPDATE_IN_PROGRESS',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_FAILED',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE',
  'DELETE_IN_PROGRESS',
  'DELETE_FAILED',
  'DELETE_COMPLETE',
];

function from(status: StackStatus): StackStatus[] {
  return STATUSES.filter((next) => mayFollow(status, next));
}

test('after ROLLBACK_COMPLETE a stack can only be deleted (E2)', () => {
  expect(from('ROLLBACK_COMPLETE')).toEqual(['DELETE_IN_PROGRESS']);
});

test('after UPDATE_ROLLBACK_FAILED a stack can be rolled back further or deleted (E3)', () => {
  expect(from('UPDATE_ROLLBACK_FAILED')).toEqual(['UPDATE_ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS']);
});

test('among stacks with a running operation, only one in creation can be deleted (E5)', () => {
  const deletable = STATUSES.filter((status) => isWorking(status) && mayFollow(status, 'DELETE_IN_PROGRESS'));
  expect(deletable).toEqual(['CREATE_IN_PROGRESS']);
});

test('every stable stack can be deleted, except a deleted one', () => {
  const stuck = STATUSES.filter((status) => !isWorking(status) && !mayFollow(status, 'DELETE_IN_PROGRESS'));
  expect(stuck).toEqual(['DELETE_COMPLETE']);
});

test('every operation ends in a stable state', () => {
  const restless = STATUSES.filter(isWorking).filter((status) => from(status).length === 0);
  expect(restless).toEqual([]);
});

test('during an update, and after its rollback, the earlier outputs stay (E29)', () => {
  const [old, to] = ['old', 'new'];
  expect(standingDeployment({ id: 'UPDATE_IN_PROGRESS', from: old, to, onFailure: 'ROLLBACK' })).toBe('old');
  expect(standingDeployment({ id: 'UPDATE_ROLLBACK_COMPLETE', deployed: old })).toBe('old');
  expect(standingDeployment({ id: 'ROLLBACK_COMPLETE', to })).toBeUndefined();
});
