import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { announce, type SignalStatus } from '../src/fleet';
import { ServiceFailed, type ServiceMachine, serviceReady, serviceStable } from '../src/readiness';
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

function machine(change: Partial<ServiceMachine> = {}): ServiceMachine {
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

const run = async (change: Partial<ServiceMachine>, ...states: string[]) => {
  const tested = fleet(...states);
  const sent = await announce(machine(change), tested, quick);
  return { sent, signals: tested.signals, log: tested.lines };
};

describe('the signal of an instance to its stack', () => {
  test('is SUCCESS, sent once, when the load balancer finds its target healthy', async () => {
    const { sent, signals, log } = await run({}, 'initial', 'initial', 'unhealthy', 'healthy');
    assert.equal(sent, 'SUCCESS');
    assert.deepEqual(signals, ['SUCCESS']);
    assert.deepEqual(
      log.filter((line) => line.startsWith('target:')),
      ['target: initial', 'target: unhealthy', 'target: healthy'],
    );
  });

  test('is not sent while the service itself is not ready', async () => {
    const { signals, log } = await run({ health: inTurn<number | undefined>(undefined, 503, 200) }, 'healthy');
    assert.deepEqual(signals, ['SUCCESS']);
    assert.equal(log[0], 'the service is ready; waiting for its target');
  });

  test('is FAILURE at once when the unit has failed, with the last output of the service in the log', async () => {
    const { signals, log } = await run({ health: inTurn(undefined), unit: inTurn(running, failed) }, 'initial');
    assert.deepEqual(signals, ['FAILURE']);
    assert.equal(log.at(-1), 'FAILURE: the service ended (exit-code, exit status 1): Error: no database');
    assert.equal(log.at(-2), '  Failed to start app.service - The application.');
  });

  test('is FAILURE when the service dies during the check of its target', async () => {
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

  test('names the error of the process that ended, not the first lines of the next process', async () => {
    const lastLines = async () => [
      'Error: no database',
      'app.service: Main process exited, code=exited, status=1/FAILURE',
      'app.service: Scheduled restart job, restart counter is at 1.',
      'version 1.0.1 listens on port 8080',
    ];
    const { log } = await run({ unit: inTurn(running, restarted), lastLines }, 'initial');
    assert.equal(log.at(-1), 'FAILURE: the service ended and was started again (restarts: 1): Error: no database');
  });

  test('is found within the window, even if the service fails slowly', async () => {
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

  test('starts its window again after an answer other than 200', async () => {
    let looks = 0;
    const answers = [200, 200, 503, 200, 200, 200];
    const health = async () => answers[Math.min(looks++, answers.length - 1)];
    let now = 0;
    await serviceStable(machine({ health }), { ...quick, window: 2000, now: () => (now += 500) });
    assert.ok(looks > 5, `${looks} looks`);
  });

  test('does not wait longer than its window', async () => {
    const begun = performance.now();
    await serviceStable(machine({}), { shortest: 60_000, window: 20 });
    assert.ok(performance.now() - begun < 30_000);
  });
});

describe('an instance whose APIs do not answer at first', () => {
  test('asks the load balancer’s API until it answers', async () => {
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

  test('sends a signal again that CloudFormation did not accept', async () => {
    const signals: SignalStatus[] = [];
    const signal = async (status: SignalStatus) => {
      signals.push(status);
      if (signals.length < 3) throw new Error('connect ETIMEDOUT');
    };
    await announce(machine(), { ...fleet('healthy'), signal }, quick);
    assert.deepEqual(signals, ['SUCCESS', 'SUCCESS', 'SUCCESS']);
  });
});

describe('an instance that waits at a launch hook of its group', () => {
  const unused: Target = { state: 'unused', reason: 'Target.NotRegistered' };

  test('completes the hook itself, and then becomes a target', async () => {
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

  test('tries again if Auto Scaling does not answer', async () => {
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

describe('readiness of the service of this instance', () => {
  test('waits for a unit that systemd has not started yet', async () => {
    await serviceReady(machine({ unit: inTurn(notYetStarted, running), health: inTurn(undefined, 200) }), quick);
  });

  test('does not wait for a unit that ended, even successfully', async () => {
    const ended = machine({ unit: inTurn({ ...notYetStarted, exited: true }), health: inTurn(undefined) });
    await assert.rejects(serviceReady(ended, quick), ServiceFailed);
  });

  test('stops waiting when it is aborted', async () => {
    const never = machine({ health: inTurn(undefined) });
    await assert.rejects(serviceReady(never, { ...quick, signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' });
  });
});

describe('systemctl show', () => {
  test('is parsed key by key', () => {
    assert.deepEqual(
      parseUnitState(
        'ActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=1\nExecMainExitTimestampMonotonic=5\nNRestarts=0\n',
      ),
      failed,
    );
  });
});
