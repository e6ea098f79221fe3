import type { Done, NotYet, State } from '../../../lambdas/pipeline-job';
import { Clock } from '../../../lambdas/verify-environment/clock';
import { type EnvironmentCheck, verify } from '../../../lambdas/verify-environment/verify';
import { type Alarm, inOrder } from '../../../lambdas/verify-environment/watch';

let now: number;
let scale: number;
let status: number;
let alarms: Alarm[];

const alarm = (state: string, since = 0): Alarm => ({ name: 'greeter-dev-errors', state, since, reason: 'too many' });
const request: EnvironmentCheck = {
  expectation: { url: new URL('http://greeter.example/health'), status: 200 },
  withinMinutes: 2,
  stableSeconds: 0,
  watch: { names: ['greeter-dev-errors'], minutes: 3 },
};

const run = (state: State = {}, changed: Partial<EnvironmentCheck> = {}, ask = async () => ({ status, text: '' })) =>
  verify({ ...request, ...changed }, state, {
    ask,
    alarms: async (names) => inOrder(names, alarms),
    clock: new Clock(scale, {
      now: () => now,
      wait: async (milliseconds) => {
        now += milliseconds;
      },
    }),
  });

/** Invokes again and again, half a minute apart, until it is done. */
async function throughout(before: (invocation: number) => void = () => {}): Promise<Done> {
  let state: State = {};
  for (let invocation = 0; ; invocation++) {
    before(invocation);
    const outcome: Done | NotYet = await run(state);
    if (!('again' in outcome)) return outcome;
    // As the token does.
    state = JSON.parse(JSON.stringify(outcome.again)) as State;
    now += 30_000 / scale;
  }
}

beforeEach(() => {
  now = 1_000_000;
  scale = 1;
  status = 200;
  alarms = [alarm('OK')];
});

test('without alarms, verification ends when the environment answers', async () => {
  expect(await run({}, { watch: undefined })).toEqual({
    outputVariables: {},
    summary: 'http://greeter.example/health answered 200 5 times in a row',
  });
});

test('in a local run, verification continues for real seconds, at any time scale', async () => {
  scale = 60;
  const { summary } = (await run({}, { watch: undefined, stableSeconds: 5 })) as Done;
  expect(now - 1_000_000).toBeGreaterThanOrEqual(5000);
  expect(summary).toBe('http://greeter.example/health answered 200 5 times in a row, then every time for 5 s');
});

test('an environment that stops answering during those seconds fails', async () => {
  scale = 60;
  const begun = now;
  const ask = async () => ({ status: now - begun > 4000 ? 502 : 200, text: '' });
  await expect(run({}, { watch: undefined, stableSeconds: 5 }, ask)).rejects.toThrow(
    /http:\/\/greeter\.example\/health answered 200, and 4\.\d s later it did not: 502/,
  );
});

test('the limit is counted from the first invocation on (A41)', async () => {
  status = 503;
  await expect(throughout()).rejects.toThrow('within 2 minutes; the last answer was: 503');
  expect(now - 1_000_000).toBeGreaterThanOrEqual(120_000);
  expect(now - 1_000_000).toBeLessThan(180_000);
});

test('an environment that answers in time has its alarms watched for their time', async () => {
  status = 503;
  const outcome = await throughout((invocation) => {
    if (invocation === 1) status = 200;
  });
  expect(outcome.summary).toBe(
    'http://greeter.example/health answered 200 5 times in a row; one alarm did not go off for 3 minutes',
  );
  expect(now - 1_000_000).toBeGreaterThanOrEqual(40_000 + 180_000);
});

test('an alarm fails the verification at once, with its name and reason', async () => {
  const watch = throughout((invocation) => {
    if (invocation === 2) alarms = [alarm('ALARM', now)];
  });
  await expect(watch).rejects.toThrow('the alarm greeter-dev-errors went off: too many');
  expect(now - 1_000_000).toBeLessThan(90_000);
});

test('an alarm that was in ALARM before may recover until the end', async () => {
  alarms = [alarm('ALARM', 5)];
  const watch = throughout((invocation) => {
    if (invocation === 4) alarms = [alarm('OK', now)];
  });
  await expect(watch).resolves.toMatchObject({ summary: expect.stringContaining('did not go off') });
});

test('an alarm that recovers within minutes after the end is waited for', async () => {
  alarms = [alarm('ALARM', 5)];
  const watch = throughout((invocation) => {
    if (invocation === 12) alarms = [alarm('OK', now)];
  });
  await expect(watch).resolves.toMatchObject({ summary: expect.stringContaining('did not go off') });
  expect(now - 1_000_000).toBeGreaterThan(180_000);
});

test('an alarm that does not recover fails at the end', async () => {
  alarms = [alarm('ALARM', 5)];
  await expect(throughout()).rejects.toThrow('was in ALARM before, and did not recover: too many');
  expect(now - 1_000_000).toBeGreaterThanOrEqual(180_000);
});

describe('an alarm about a period before the watch', () => {
  const late = () => [{ ...alarm('ALARM', now), judgedFrom: 1_000_000 - 60_000 }];

  test('may recover', async () => {
    const watch = throughout((invocation) => {
      if (invocation === 2) alarms = late();
      if (invocation === 4) alarms = [alarm('OK', now)];
    });
    await expect(watch).resolves.toMatchObject({ summary: expect.stringContaining('did not go off') });
  });

  test('fails at the end if it does not recover', async () => {
    const watch = throughout((invocation) => {
      if (invocation === 2) alarms = late();
    });
    await expect(watch).rejects.toThrow('was in ALARM before, and did not recover: too many');
  });

  test('fails at once if it goes into ALARM again, about a later period', async () => {
    const watch = throughout((invocation) => {
      if (invocation === 2) alarms = late();
      if (invocation === 3) alarms = [{ ...alarm('ALARM', now), judgedFrom: now - 10_000 }];
    });
    await expect(watch).rejects.toThrow('went off');
  });
});

test('an alarm that recovers and goes into ALARM again fails at once', async () => {
  alarms = [alarm('ALARM', 5)];
  const watch = throughout((invocation) => {
    if (invocation === 2) alarms = [alarm('ALARM', now)];
  });
  await expect(watch).rejects.toThrow('went off');
});

test('INSUFFICIENT_DATA is no alarm', async () => {
  alarms = [alarm('INSUFFICIENT_DATA', 5)];
  await expect(throughout()).resolves.toMatchObject({ outputVariables: {} });
});

test('a missing alarm is a mistake in the configuration', async () => {
  alarms = [];
  await expect(throughout()).rejects.toMatchObject({
    name: 'ParametersMistake',
    message: 'there is no alarm greeter-dev-errors',
  });
});

describe('with waits 60 times faster', () => {
  beforeEach(() => {
    scale = 60;
  });

  test('alarms are watched for seconds, and messages speak of minutes', async () => {
    const { summary } = await throughout();
    expect(summary).toContain('one alarm did not go off for 3 minutes');
    expect(now - 1_000_000).toBeGreaterThanOrEqual(3000);
    expect(now - 1_000_000).toBeLessThan(4000);
  });

  test('a server has 20 real seconds to answer correctly', async () => {
    status = 503;
    await expect(throughout()).rejects.toThrow('within 2 minutes; the last answer was: 503');
    expect(now - 1_000_000).toBeGreaterThanOrEqual(20_000);
    expect(now - 1_000_000).toBeLessThan(22_000);
  });
});
