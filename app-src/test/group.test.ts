import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { enterService, type HookResult } from '../src/group';
import type { ServiceMachine } from '../src/readiness';
import type { UnitState } from '../src/unit';
import { running } from './unit-states';

const failed: UnitState = { ...running, active: 'failed', sub: 'failed', result: 'exit-code', exitStatus: '1' };

/** Answers each look with the next of the given answers, and with the last one from then on. */
function inTurn<T>(...answers: T[]): () => Promise<T> {
  let next = 0;
  return async () => answers[Math.min(next++, answers.length - 1)] as T;
}

/** Returns the messages of an instance to its group. The group accepts them from the given attempt on. */
async function run(machine: Partial<ServiceMachine>, listens: () => Promise<boolean> = async () => true) {
  const told: HookResult[] = [];
  const log: string[] = [];
  const complete = async (result: HookResult) => {
    const heard = await listens();
    if (heard) told.push(result);
    return heard;
  };
  const whole = {
    health: inTurn<number | undefined>(200),
    unit: inTurn(running),
    lastLines: async () => ['Error: no database'],
    ...machine,
  };
  const group = { complete, log: (line: string) => void log.push(line) };
  const result = await enterService(whole, group, { shortest: 1, longest: 1, window: 0, tries: 5 });
  return { result, told, log };
}

describe('the answer of an instance to the launch hook of its group', () => {
  test('is CONTINUE, sent once, when its own service is ready, whether or not the load balancer finds it healthy (F33)', async () => {
    const { result, told } = await run({ health: inTurn<number | undefined>(undefined, 503, 200) });
    assert.equal(result, 'CONTINUE');
    assert.deepEqual(told, ['CONTINUE']);
  });

  test('is ABANDON at once when the service cannot start, with the last output of the service in the log', async () => {
    const { result, told, log } = await run({ health: inTurn(undefined), unit: inTurn(running, failed) });
    assert.equal(result, 'ABANDON');
    assert.deepEqual(told, ['ABANDON']);
    assert.equal(log.at(-1), 'ABANDON: the service ended (exit-code, exit status 1): Error: no database');
  });

  test('is sent again if the instance was ready before the group waited for it', async () => {
    const { told } = await run({}, inTurn(false, false, true));
    assert.deepEqual(told, ['CONTINUE']);
  });

  test('is harmless if the group does not wait', async () => {
    const { result, told, log } = await run({}, inTurn(false));
    assert.equal(result, 'CONTINUE');
    assert.deepEqual(told, []);
    assert.equal(log.at(-1), 'the group does not wait for this instance');
  });

  test('fails if the group refuses it', async () => {
    const refuse = async () => {
      throw new Error('AccessDenied');
    };
    await assert.rejects(run({}, refuse), /AccessDenied/);
  });
});
