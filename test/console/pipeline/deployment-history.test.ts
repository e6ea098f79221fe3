import { deploymentHistory } from '../../../console/pipeline/deployment-history';
import { deploymentsOf } from '../../../console/pipeline/deployments';
import { ACTION_NAMES, past, type Told } from './past';

const stage = { environment: 'dev', actionNames: ACTION_NAMES };
const deployments = (...told: readonly Told[]) => deploymentsOf(stage, past(...told));
const history = (...told: readonly Told[]) => deploymentHistory(deployments(...told));

const RESULTS: readonly [string, Partial<Told>, string][] = [
  ['all actions succeeded', {}, 'Succeeded'],
  ['one failed', { actions: ['Succeeded', 'Failed'] }, 'Failed'],
  ['one runs', { actions: ['Succeeded', 'InProgress'] }, 'InProgress'],
  ['between two actions', { actions: ['Succeeded'], status: 'InProgress' }, 'InProgress'],
  ['one was abandoned', { actions: ['Abandoned'], status: 'Stopped' }, 'Stopped'],
  ['stopped between two actions', { actions: ['Succeeded'], status: 'Stopped' }, 'Stopped'],
  ['superseded after it (A12)', { status: 'Superseded' }, 'Succeeded'],
  ['the pipeline changed in the midst (A10)', { actions: ['Succeeded'], status: 'Cancelled' }, 'Cancelled'],
  ['done, and failed in a later stage', { status: 'Failed' }, 'Succeeded'],
];

test.each(RESULTS)('the result of a deployment: %s', (_, told, result) => {
  expect(deployments({ id: 'a', version: '1.0.1', ...told })[0]?.result).toBe(result);
});

test('a deployment counts as succeeded if its execution went on, although its stage has more actions now', () => {
  const { executions, actions } = past({
    id: 'a',
    version: '1.0.1',
    actions: ['Succeeded', 'Succeeded'],
    status: 'Failed',
  });
  const later = {
    pipelineExecutionId: 'a',
    stageName: 'qa',
    actionName: 'Roll',
    startTime: new Date(),
    status: 'Failed' as const,
  };
  expect(deploymentsOf(stage, { executions, actions: [later, ...actions] })[0]?.result).toBe('Succeeded');
});

test('the last attempt of a retried action counts (A20)', () => {
  const { executions, actions } = past({ id: 'a', version: '1.0.1' });
  const failed = {
    ...actions.find(({ actionName }) => actionName === 'Verify'),
    status: 'Failed' as const,
    startTime: new Date(0),
  };
  expect(deploymentsOf(stage, { executions, actions: [...actions, failed] })[0]?.result).toBe('Succeeded');
});

test('a deployment has its image, its approver and the reason of the approval', () => {
  expect(deployments({ id: 'a', version: '1.0.1', approvedBy: 'arn:aws:iam::1:user/jane' })[0]).toMatchObject({
    environment: 'dev',
    executionId: 'a',
    image: { version: '1.0.1', commitId: 'c0ffee1.0.1', subject: 'Change 1.0.1', imageId: 'ami-1.0.1' },
    approval: { by: 'arn:aws:iam::1:user/jane', summary: 'looks good' },
  });
});

test('a deployment that ended before its stack was deployed has its version, and never served', () => {
  expect(deployments({ id: 'a', version: '1.0.1', actions: ['Failed'] })[0]).toMatchObject({
    image: { version: '1.0.1' },
    served: false,
  });
});

test('a rollback has its target, and the person or pipeline that started it (A21)', () => {
  const [automatic, manual] = deployments(
    { id: 'a', version: '1.0.1' },
    { id: 'b', version: '1.0.1', backTo: 'a' },
    { id: 'c', version: '1.0.1', backTo: 'a', automatic: true },
  );
  expect(manual?.rollback).toEqual({ to: 'a', automatic: false, by: 'arn:aws:iam::1:user/ops/jane' });
  expect(automatic?.rollback).toMatchObject({ to: 'a', automatic: true });
});

test('a rollback that failed before its stack was deployed has the version of its target', () => {
  const [rollback] = deployments(
    { id: 'a', version: '1.0.1' },
    { id: 'b', version: '', actions: ['Failed'], backTo: 'a' },
  );
  expect(rollback).toMatchObject({ executionId: 'b', result: 'Failed', image: { version: '1.0.1' } });
});

test('each entry has the version that it replaced, and a failed roll replaces nothing', () => {
  const { entries, serving } = history(
    { id: 'a', version: '1.0.1' },
    { id: 'b', version: '1.0.2', actions: ['Succeeded', 'Failed'] },
    { id: 'c', version: '1.0.3' },
  );
  expect(entries.map(({ executionId, replaces }) => [executionId, replaces?.version])).toEqual([
    ['c', '1.0.1'],
    ['b', '1.0.1'],
    ['a', undefined],
  ]);
  expect(serving?.version).toBe('1.0.3');
});

test('a version that was rolled but not verified serves until it is rolled back', () => {
  const bad: Told = { id: 'b', version: '1.0.2', actions: ['Succeeded', 'Succeeded', 'Failed'] };
  expect(history({ id: 'a', version: '1.0.1' }, bad).serving?.version).toBe('1.0.2');
  const back: Told = { id: 'c', version: '1.0.1', backTo: 'a', automatic: true };
  const { serving, rejected } = history({ id: 'a', version: '1.0.1' }, bad, back);
  expect(serving?.version).toBe('1.0.1');
  expect([...rejected]).toEqual(['1.0.2']);
});

test('a rollback rejects every version that it skips, and a version that serves again is good again', () => {
  const three: Told[] = ['a', 'b', 'c'].map((id, index) => ({ id, version: `1.0.${index + 1}` }));
  const back: Told = { id: 'd', version: '1.0.1', backTo: 'a' };
  expect([...history(...three, back).rejected]).toEqual(['1.0.2', '1.0.3']);
  expect([...history(...three, back, { id: 'e', version: '1.0.3', backTo: 'c' }).rejected]).toEqual(['1.0.2']);
});
