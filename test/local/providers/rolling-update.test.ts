import { isAwsError } from '../../../local/kernel/failure';
import {
  nextMove,
  planRoll,
  type RollingUpdatePolicy,
  type RollStep,
  readRollingUpdate,
} from '../../../local/providers/rolling-update';
import { casesOf } from '../../rig/cases';

interface Input {
  group: { min: number; desired: number; max: number; obsolete?: number };
  policy: Record<string, unknown>;
}

/** Every move of a roll, in order. */
function movesOf(
  policy: RollingUpdatePolicy,
  group: { desired: number; maxSize: number; obsolete: string[] },
): RollStep[] {
  const moves: RollStep[] = [];
  for (let step = nextMove(planRoll(policy, group)); step; step = nextMove(step.next)) moves.push(step.move);
  return moves;
}

/** Plays the steps on a group, and returns the fewest servers in service, the most in total, and the end. */
function play(desired: number, moves: readonly RollStep[]) {
  let inService = desired;
  let fewest = desired;
  let most = desired;
  for (const move of moves) {
    if (move.kind === 'surge') inService = move.capacity;
    if (move.kind === 'terminate') {
      inService -= move.instances.length;
      fewest = Math.min(fewest, inService);
      inService = move.capacity;
    }
    most = Math.max(most, inService);
    if (move.kind === 'restore') inService = move.desired;
  }
  return { fewest, most, end: inService };
}

const instances = (count: number) => Array.from({ length: count }, (_, index) => `i-${index + 1}`);

/** `5→0`, as the table of the recorded runs writes a batch. */
function batches(moves: readonly RollStep[]): string[] {
  return moves.flatMap((move) => (move.kind === 'terminate' ? [`${move.instances.length}→${move.replacements}`] : []));
}

describe('a rolling update, step by step', () => {
  test.each(casesOf('rolling-update').map((one) => [one.title, one] as const))('%s', (_title, one) => {
    const { group, policy } = one.input<Input>() as Input;
    const read = readRollingUpdate({ AutoScalingRollingUpdate: policy })!;
    const obsolete = instances(group.obsolete ?? group.desired);
    try {
      const moves = movesOf(read, { desired: group.desired, maxSize: group.max, obsolete });
      one.expect({ batches: batches(moves), ...play(group.desired, moves), moves });
    } catch (error) {
      if (!isAwsError(error)) throw error;
      one.expect({ refused: error.message });
    }
  });

  test('a roll of every group below 14 with a maximum below 20 ends at its size, within its maximum, never below the minimum in service (F2)', () => {
    for (let desired = 0; desired < 14; desired++) {
      for (let maxSize = Math.max(1, desired); maxSize < 20; maxSize++) {
        for (
          let minInstancesInService = 0;
          minInstancesInService <= Math.min(desired, maxSize - 1);
          minInstancesInService++
        ) {
          for (const maxBatchSize of [1, 2, 3, 7, 100]) {
            const policy: RollingUpdatePolicy = {
              maxBatchSize,
              minInstancesInService,
              minSuccessfulInstancesPercent: 100,
              suspendProcesses: [],
              waitOnResourceSignals: true,
              pauseTime: 'PT5M',
            };
            const moves = movesOf(policy, { desired, maxSize, obsolete: instances(desired) });
            const { end, fewest, most } = play(desired, moves);
            const gone = moves.flatMap((move) => (move.kind === 'terminate' ? move.instances : []));
            const within = end === desired && most <= maxSize && fewest >= minInstancesInService;
            if (!within || gone.length !== desired || new Set(gone).size !== desired) {
              throw new Error(
                JSON.stringify({ desired, maxSize, minInstancesInService, maxBatchSize, end, fewest, most, gone }),
              );
            }
          }
        }
      }
    }
  });

  test('a roll with the minimum in service at the desired capacity and room for a batch never dips (F13)', () => {
    for (let desired = 1; desired < 10; desired++) {
      for (let batch = 1; batch <= 4; batch++) {
        const policy = readRollingUpdate({
          AutoScalingRollingUpdate: {
            MinInstancesInService: desired,
            MaxBatchSize: batch,
            WaitOnResourceSignals: true,
          },
        })!;
        const moves = movesOf(policy, { desired, maxSize: desired + batch, obsolete: instances(desired) });
        expect(play(desired, moves).fewest).toBe(desired);
      }
    }
  });
});

describe('an update policy', () => {
  const rolling = (policy: object) => readRollingUpdate({ AutoScalingRollingUpdate: policy });

  test('without a rolling update rolls nothing (F3)', () => {
    expect(readRollingUpdate()).toBeUndefined();
    expect(
      readRollingUpdate({ AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true } }),
    ).toBeUndefined();
  });

  test('has AWS’s defaults, and takes numbers and booleans as text (F5)', () => {
    expect(rolling({})).toEqual({
      maxBatchSize: 1,
      minInstancesInService: 0,
      minSuccessfulInstancesPercent: 100,
      pauseTime: undefined,
      suspendProcesses: [],
      waitOnResourceSignals: false,
    });
    expect(rolling({ WaitOnResourceSignals: 'true', MaxBatchSize: '3' })).toMatchObject({
      maxBatchSize: 3,
      pauseTime: 'PT5M',
      waitOnResourceSignals: true,
    });
  });

  test.each([
    [{ MinSuccessfulInstancesPercent: 50 }, 'MinSuccessfulInstancesPercent requires WaitOnResourceSignals'],
    [{ PauseTime: 'PT61M' }, 'PauseTime must not be longer than PT1H'],
    [{ PauseTime: 'soon' }, 'PauseTime must be an ISO 8601 duration, not soon'],
    [{ MaxBatchSize: 0 }, 'MaxBatchSize must be a whole number from 1 to 100, not 0'],
  ])('%j is refused (F5)', (policy, words) => {
    expect(() => rolling(policy)).toThrow(words);
  });

  test('with unsupported settings is refused by name', () => {
    expect(() => readRollingUpdate({ AutoScalingReplacingUpdate: { WillReplace: true } })).toThrow(
      'AutoScalingReplacingUpdate',
    );
    expect(() => rolling({ MinActiveInstancesPercent: 50 })).toThrow('MinActiveInstancesPercent');
  });
});
