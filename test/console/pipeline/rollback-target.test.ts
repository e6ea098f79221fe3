import { deploymentHistory } from '../../../console/pipeline/deployment-history';
import { deploymentsOf } from '../../../console/pipeline/deployments';
import { rollbackTarget } from '../../../console/pipeline/rollback-target';
import { ACTION_NAMES, past, type Told } from './past';

const good = (id: string, version: string): Told => ({ id, version });
const back = (id: string, version: string, backTo: string, automatic = false): Told => ({
  id,
  version,
  backTo,
  automatic,
});
const [v1, v2, v3] = [good('a', '1.0.1'), good('b', '1.0.2'), good('c', '1.0.3')] as const;
const failsVerify: Told = { id: 'x', version: '1.0.9', actions: ['Succeeded', 'Succeeded', 'Failed'] };
const failsRoll: Told = { id: 'y', version: '1.0.8', actions: ['Succeeded', 'Failed'] };

const historyOf = (told: readonly Told[]) =>
  deploymentHistory(deploymentsOf({ environment: 'dev', actionNames: ACTION_NAMES }, past(...told)));

function choose(told: readonly Told[], version?: string, current = told.map(({ id }) => id)) {
  const choice = rollbackTarget(historyOf(told), { version, current: new Set(current) });
  return choice.kind === 'target' ? choice.deployment.executionId : choice;
}

const CASES: readonly [string, readonly Told[], string][] = [
  ['the one before', [v1, v2, v3], 'b'],
  ['after a roll that failed and left the old one serving', [v1, v2, failsRoll], 'a'],
  ['of a version that was found wrong and serves', [v1, v2, failsVerify], 'b'],
  ['after an automatic rollback it goes further back', [v1, v2, failsVerify, back('r', '1.0.2', 'b', true)], 'a'],
  ['after a rollback it goes further back, and not forth', [v1, v2, v3, back('r', '1.0.2', 'b')], 'a'],
  [
    'a new version goes back to what served, not to what was left',
    [v1, v2, v3, back('r', '1.0.1', 'a'), good('d', '1.0.4')],
    'a',
  ],
  ['what was left and returned to is good again', [v1, v2, back('r', '1.0.1', 'a'), back('s', '1.0.2', 'b'), v3], 'b'],
  ['the same version again is no other', [v1, v2, good('d', '1.0.2')], 'a'],
  ['the target is never a rollback itself (A21)', [v1, v2, back('r', '1.0.1', 'a'), v3], 'a'],
];

test.each(CASES)('a rollback chooses a good version before: %s', (_, told, target) => {
  expect(choose(told)).toBe(target);
});

const found = (told: Told, replaced: number, again: boolean): Told => ({ ...told, found: [replaced, again] });

test('a rollback skips a version that did not stay healthy, and reports it', () => {
  const told = [v1, v2, found(v3, 9, true)];
  const choice = rollbackTarget(historyOf(told), { current: new Set(['a', 'b', 'c']) });
  expect(choice).toMatchObject({ kind: 'target', deployment: { executionId: 'a' }, passed: ['1.0.2'] });
});

test.each<[string, readonly Told[], string]>([
  ['a few servers that were replaced say nothing against a version', [v1, v2, found(v3, 1, false)], 'b'],
  [
    'unhealthy once, and healthy when it served again',
    [v1, v2, found(back('r', '1.0.1', 'a'), 9, true), back('s', '1.0.2', 'b'), found(v3, 0, false)],
    'b',
  ],
  [
    'replacements found after a roll that failed are not those of the version before',
    [v1, v2, failsRoll, found(v3, 9, true)],
    'b',
  ],
])('%s', (_title, told, target) => {
  expect(choose(told)).toBe(target);
});

test('a rollback without a healthy version before is refused with the reason; the unhealthy one can still be named', () => {
  const told = [v1, found(v2, 4, true)];
  expect(choose(told)).toEqual({
    kind: 'refused',
    why: 'there is no good version before 1.0.2: 1.0.1 did not stay healthy',
    possible: ['1.0.1'],
  });
  expect(choose(told, '1.0.1')).toBe('a');
});

test('a rollback to a named version may choose any that succeeded there, also one that was rolled back', () => {
  expect(choose([v1, v2, v3], '1.0.1')).toBe('a');
  expect(choose([v1, v2, v3, back('r', '1.0.1', 'a')], '1.0.3')).toBe('c');
});

test('an impossible rollback is refused with the possible versions', () => {
  expect(choose([v1, v2, v3], '1.0.3')).toEqual({
    kind: 'refused',
    why: '1.0.3 serves already',
    possible: ['1.0.2', '1.0.1'],
  });
  expect(choose([v1, v2, failsRoll], '1.0.8')).toMatchObject({
    why: '1.0.8 has not succeeded there',
    possible: ['1.0.1'],
  });
  expect(choose([v1])).toEqual({ kind: 'refused', why: 'there is no good version before 1.0.1', possible: [] });
  expect(choose([v1, v2, back('r', '1.0.1', 'a')])).toMatchObject({ possible: ['1.0.2'] });
  expect(choose([])).toMatchObject({ why: 'nothing serves there yet' });
});

test('a rollback does not offer versions of an earlier structure of the pipeline (A21)', () => {
  expect(choose([v1, v2, v3], '2.0.0', ['b', 'c'])).toMatchObject({ possible: ['1.0.2'] });
});
