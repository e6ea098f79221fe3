import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { announce, type SignalStatus } from '../src/fleet';
import { type Machine, ServiceFailed, serviceReady, serviceStable } from '../src/readiness';
import { parseUnitState, type UnitState } from '../src/unit';
import { running } from './unit-states';

const notYetStarted: UnitState = { ...running, active: 'inactive', sub: 'dead' };
const failed: UnitState = {
  ...running,
  active: 'failed',
  sub: 'failed',
  result: 'exit-code',
  exitStatus: '1',
  exited: true,
};
const quick = { shortest: 1, longest: 1, window: 0 };

/** Answers each look with the next of the given answers, and with the last one from then on. */
function inTurn<T>(...answers: T[]): () => Promise<T> {
  let next = 0;
  return async () => answers[Math.min(next++, answers.length - 1)] as T;
}

function machine(change: Partial<Machine> = {}): Machine {
  return {
    health: inTurn(200),
    unit: inTurn(running),
    lastLines: async () => [
      'Error: no database',
      '    at connect (/opt/app/server.js:1:2)',
      'app.service: Main process exited, code=exited, status=1/FAILURE',
      'Failed to start app.service - The application.',
    ],
    ...change,
  };
}

type Target = { state: string; reason?: string };

function fleet(...states: string[]) {
  const signals: SignalStatus[] = [];
  const lines: string[] = [];
  return {
    signals,
    log: (line: string) => void lines.push(line),
    lines,
    targetHealth: inTurn<Target>(...states.map((state) => ({ state }))),
    enter: async () => false,
    signal: async (status: SignalStatus) => void signals.push(status),
  };
}

const run = async (change: Partial<Machine>, ...states: string[]) => {
  const tested = fleet(...states);
  const sent = await announce(machine(change), tested, quick);
  return { sent, signals: tested.signals, log: tested.lines };
};

describe('what an instance tells its stack', () => {
  test('SUCCESS, once, when the load balancer finds its target healthy', async () => {
    const { sent, signals, log } = await run({}, 'initial', 'initial', 'unhealthy', 'healthy');
    assert.equal(sent, 'SUCCESS');
    assert.deepEqual(signals, ['SUCCESS']);
    assert.deepEqual(
      log.filter((line) => line.startsWith('target:')),
      ['target: initial', 'target: unhealthy', 'target: healthy'],
    );
  });

  test('nothing while the service itself is not ready', async () => {
    const { signals, log } = await run({ health: inTurn<number | undefined>(undefined, 503, 200) }, 'healthy');
    assert.deepEqual(signals, ['SUCCESS']);
    assert.equal(log[0], 'the service is ready; waiting for its target');
  });

  test('FAILURE at once when the unit has failed, with the service’s own last words in the log', async () => {
    const { signals, log } = await run({ health: inTurn(undefined), unit: inTurn(running, failed) }, 'initial');
    assert.deepEqual(signals, ['FAILURE']);
    assert.equal(log.at(-1), 'FAILURE: the service ended (exit-code, exit status 1): Error: no database');
    assert.equal(log.at(-2), '  Failed to start app.service - The application.');
  });

  test('FAILURE when the service dies while its target is still being checked', async () => {
    const { signals } = await run({ unit: inTurn(running, running, failed) }, 'initial');
    assert.deepEqual(signals, ['FAILURE']);
  });
});

describe('an instance whose service restarts', () => {
  const restarted: UnitState = { ...running, restarts: 1 };
  const waiting: UnitState = {
    ...running,
    active: 'activating',
    sub: 'auto-restart',
    result: 'exit-code',
    exitStatus: '1',
  };

  for (const [how, unit] of Object.entries({ 'has restarted': restarted, 'waits for its restart': waiting })) {
    test(`signals FAILURE at once when its healthy service ${how}`, async () => {
      const { signals } = await run({ unit: inTurn(running, running, unit) }, 'initial');
      assert.deepEqual(signals, ['FAILURE']);
    });
  }

  test('names the error of the run that ended, not the first lines of the next one', async () => {
    const lastLines = async () => [
      'Error: no database',
      'app.service: Main process exited, code=exited, status=1/FAILURE',
      'app.service: Scheduled restart job, restart counter is at 1.',
      'version 1.0.1 listens on port 8080',
    ];
    const { log } = await run({ unit: inTurn(running, restarted), lastLines }, 'initial');
    assert.equal(log.at(-1), 'FAILURE: the service ended and was started again (restarts: 1): Error: no database');
  });

  test('is found within the window however slowly the service fails', async () => {
    // Healthy for 20 s, then restarted: a clock of the test's own counts the looks as seconds.
    let seconds = 0;
    const unit = async () => (seconds >= 20 ? restarted : running);
    const stable = (window: number) => {
      seconds = 0;
      return serviceStable(machine({ unit }), { ...quick, window, now: () => ++seconds * 1000 });
    };
    await assert.rejects(stable(30_000), ServiceFailed);
    await stable(10_000);
  });

  test('begins its window anew after an answer that is not 200', async () => {
    let looks = 0;
    const answers = [200, 200, 503, 200, 200, 200];
    const health = async () => answers[Math.min(looks++, answers.length - 1)];
    let now = 0;
    await serviceStable(machine({ health }), { ...quick, window: 2000, now: () => (now += 500) });
    assert.ok(looks > 5, `${looks} looks`);
  });

  test('waits no longer than its window', async () => {
    const begun = performance.now();
    await serviceStable(machine({}), { shortest: 60_000, window: 20 });
    assert.ok(performance.now() - begun < 30_000);
  });
});

describe('what an instance cannot reach at first', () => {
  test('the load balancer’s API is asked again until it answers', async () => {
    const tested = fleet();
    let asked = 0;
    const targetHealth = async (): Promise<Target> => {
      if (++asked < 3) throw new Error('Rate exceeded');
      return { state: 'healthy' };
    };
    await announce(machine(), { ...tested, targetHealth }, quick);
    assert.deepEqual(tested.signals, ['SUCCESS']);
    assert.ok(tested.lines.includes('target: unknown (Rate exceeded)'));
  });

  test('a signal that CloudFormation did not take is sent again', async () => {
    const signals: SignalStatus[] = [];
    const signal = async (status: SignalStatus) => {
      signals.push(status);
      if (signals.length < 3) throw new Error('connect ETIMEDOUT');
    };
    await announce(machine(), { ...fleet('healthy'), signal }, quick);
    assert.deepEqual(signals, ['SUCCESS', 'SUCCESS', 'SUCCESS']);
  });
});

describe('an instance that a hook of its group keeps out of service', () => {
  const unused: Target = { state: 'unused', reason: 'Target.NotRegistered' };

  test('completes the hook itself, and is a target then', async () => {
    const tested = fleet();
    let entered = false;
    const enter = async () => {
      entered = true;
      return true;
    };
    const targetHealth = async () => (entered ? { state: 'healthy' } : unused);
    await announce(machine(), { ...tested, enter, targetHealth }, quick);
    assert.deepEqual(tested.signals, ['SUCCESS']);
    assert.ok(tested.lines.includes('completed the hook that kept this instance out of service'));
  });

  test('tries again where Auto Scaling does not answer', async () => {
    const tested = fleet();
    let tries = 0;
    const enter = async () => {
      if (++tries < 3) throw new Error('Rate exceeded');
      return true;
    };
    const targetHealth = async () => (tries < 3 ? unused : { state: 'healthy' });
    await announce(machine(), { ...tested, enter, targetHealth }, quick);
    assert.deepEqual(tested.signals, ['SUCCESS']);
    assert.equal(tested.lines.filter((line) => line === 'could not complete a hook: Rate exceeded').length, 2);
  });
});

describe('readiness of this machine’s own service', () => {
  test('a unit whose turn at boot has not come yet is waited for', async () => {
    await serviceReady(machine({ unit: inTurn(notYetStarted, running), health: inTurn(undefined, 200) }), quick);
  });

  test('a unit that ended, even well, is not', async () => {
    const ended = machine({ unit: inTurn({ ...notYetStarted, exited: true }), health: inTurn(undefined) });
    await assert.rejects(serviceReady(ended, quick), ServiceFailed);
  });

  test('waiting ends when it is told to', async () => {
    const never = machine({ health: inTurn(undefined) });
    await assert.rejects(serviceReady(never, { ...quick, signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' });
  });
});

describe('systemctl show', () => {
  test('is read key by key', () => {
    assert.deepEqual(
      parseUnitState(
        'ActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=1\nExecMainExitTimestampMonotonic=5\nNRestarts=0\n',
      ),
      failed,
    );
  });
});
