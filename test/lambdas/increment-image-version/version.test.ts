import { type Count, type Counter, HistoryMoved, takeVersion } from '../../../lambdas/increment-image-version/version';
import { FakeParameter } from './fake-counter';

/** Simulated time: it passes when all tasks wait, up to the shortest wait. */
class Waiting {
  private readonly asleep: { until: number; wake: () => void }[] = [];
  private now = 0;

  constructor(private readonly random: (below: number) => number) {}

  readonly waitUpTo = (milliseconds: number) =>
    new Promise<void>((wake) => {
      this.asleep.push({ until: this.now + this.random(milliseconds + 1), wake });
    });

  /** Runs until all are done; `idle` lets everything that can happen without waiting happen. */
  async drive<T>(work: Promise<T>[]): Promise<{ results: PromiseSettledResult<T>[]; milliseconds: number }> {
    let done = false;
    const results = Promise.allSettled(work).then((settled) => {
      done = true;
      return settled;
    });
    while (!done) {
      await new Promise(setImmediate);
      this.asleep.sort((one, other) => one.until - other.until);
      const next = this.asleep.shift();
      if (!next) continue;
      this.now = next.until;
      next.wake();
    }
    return { results: await results, milliseconds: this.now };
  }
}

const highestBaked = async () => 0;

const take = (counter: Counter, executionId: string, waitUpTo: (ms: number) => Promise<void> = async () => {}) =>
  takeVersion({ counter, executionId, majorMinor: '1.0', highestBaked, attempts: 24, waitUpTo });

test('the patch number is the version number of the SSM parameter, and the value has the same number (C2)', async () => {
  const parameter = new FakeParameter();
  expect(await take(parameter, 'a')).toBe('1.0.2');
  expect(await take(parameter, 'b')).toBe('1.0.3');
  expect(parameter.writes).toEqual([
    { number: 2, value: '1.0.2', takenBy: 'a' },
    { number: 3, value: '1.0.3', takenBy: 'b' },
  ]);
});

test('numbering continues after SSM has dropped the oldest versions (C4)', async () => {
  const parameter = new FakeParameter();
  for (let number = 2; number <= 150; number++) expect(await take(parameter, `e${number}`)).toBe(`1.0.${number}`);
});

test('a job that is delivered again gets the version that it got first (H5)', async () => {
  const parameter = new FakeParameter();
  const version = await take(parameter, 'a');
  await take(parameter, 'b');
  expect(await take(parameter, 'a')).toBe(version);
  expect(parameter.writes).toHaveLength(2);
});

test('a changed major or minor number does not change the version of an execution that has one', async () => {
  const parameter = new FakeParameter();
  await take(parameter, 'a');
  const rest = { highestBaked, attempts: 1, waitUpTo: async () => {} };
  const again = { counter: parameter, executionId: 'a', majorMinor: '2.0', ...rest };
  expect(await takeVersion(again)).toBe('1.0.2');
  expect(await takeVersion({ ...again, executionId: 'b' })).toBe('2.0.3');
});

test.each([1, 2, 3, 4, 5])(
  'a hundred concurrent executions get a hundred versions (interleaving %i) (H6)',
  async (seed) => {
    const parameter = new FakeParameter(seed);
    const waiting = new Waiting((below) => parameter.random(below));
    const ids = Array.from({ length: 100 }, (_each, index) => `execution-${index}`);
    const { results, milliseconds } = await waiting.drive(ids.map((id) => take(parameter, id, waiting.waitUpTo)));
    const versions = results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)));
    expect(versions.filter((version) => !/^1\.0\.\d+$/.test(version))).toEqual([]);
    expect(new Set(versions).size).toBe(100);
    // What was handed out is what the history says of that execution, by number and by text.
    for (const [index, version] of versions.entries()) {
      const agreeing = parameter.writes.filter(
        ({ number, value, takenBy }) => takenBy === ids[index] && value === `1.0.${number}`,
      );
      expect(agreeing.map(({ value }) => value)).toEqual([version]);
    }
    // The function has two minutes.
    expect(milliseconds).toBeLessThan(60_000);
  },
);

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'one execution delivered many times concurrently gets one version (interleaving %i) (A38)',
  async (seed) => {
    const parameter = new FakeParameter(seed);
    const waiting = new Waiting((below) => parameter.random(below));
    const deliveries = Array.from({ length: 40 }, (_each, index) => `execution-${index % 8}`);
    const { results } = await waiting.drive(deliveries.map((id) => take(parameter, id, waiting.waitUpTo)));
    const versions = new Map<string, Set<unknown>>();
    for (const [index, result] of results.entries()) {
      const id = deliveries[index]!;
      versions.set(
        id,
        (versions.get(id) ?? new Set()).add(result.status === 'fulfilled' ? result.value : result.reason),
      );
    }
    expect([...versions.values()].map(({ size }) => size)).toEqual(Array(8).fill(1));
    expect(new Set([...versions.values()].map((of) => [...of][0])).size).toBe(8);
  },
);

/** A counter whose first calls fail. */
function failing(
  errors: Error[],
  parameter = new FakeParameter(),
): Counter & { history: () => Promise<readonly Count[]> } {
  return {
    history: () => parameter.history(),
    write: async (value, takenBy) => {
      const error = errors.shift();
      if (error) throw error;
      return await parameter.write(value, takenBy);
    },
    passOver: (value) => parameter.passOver(value),
  };
}

const named = (name: string) => Object.assign(new Error('try later'), { name });

test.each(['TooManyUpdates', 'ThrottlingException'])('%s is tried again (C7)', async (name) => {
  expect(await take(failing([named(name), named(name)]), 'a')).toBe('1.0.2');
});

test('other errors are not tried again', async () => {
  await expect(take(failing([named('AccessDeniedException')]), 'a')).rejects.toThrow('try later');
});

test('the last attempt fails with its reason', async () => {
  const errors = Array.from({ length: 24 }, () => named('TooManyUpdates'));
  await expect(take(failing(errors), 'a')).rejects.toThrow(
    'no image version after 24 attempts (the last one: TooManyUpdates: try later)',
  );
});

test('a write that succeeded although its response was lost is found again', async () => {
  const parameter = new FakeParameter();
  const lossy: Counter = {
    history: () => parameter.history(),
    write: async (value, takenBy) => {
      await parameter.write(value, takenBy);
      throw named('ThrottlingException');
    },
    passOver: (value) => parameter.passOver(value),
  };
  expect(await take(lossy, 'a')).toBe('1.0.2');
  expect(parameter.writes).toHaveLength(1);
});

test('a history that changed during its reading is read again (C4)', async () => {
  const parameter = new FakeParameter();
  for (const id of ['a', 'b', 'c']) await take(parameter, id);
  let reads = 0;
  const moving: Counter = {
    history: async () => {
      const all = await parameter.history();
      return reads++ === 0 ? all.filter(({ number }) => number !== 3) : all;
    },
    write: (value, takenBy) => parameter.write(value, takenBy),
    passOver: (value) => parameter.passOver(value),
  };
  expect(await take(moving, 'b')).toBe('1.0.3');
  expect(reads).toBe(2);
  expect(new HistoryMoved('x').name).toBe('HistoryMoved');
});

test('a value that a person wrote belongs to no execution', async () => {
  const parameter = new FakeParameter();
  await take(parameter, 'a');
  await parameter.write('7.7.7', 'b');
  expect(await take(parameter, 'b')).toBe('1.0.4');
});

describe('a counter that starts again while Image Builder has older images', () => {
  const from = (counter: Counter, baked: number, executionId = 'a') => {
    const rest = { highestBaked: async () => baked, attempts: 24, waitUpTo: async () => {} };
    return takeVersion({ counter, executionId, majorMinor: '1.0', ...rest });
  };

  test('continues above them, and a repeated request of an execution gets the same version', async () => {
    const parameter = new FakeParameter();
    expect(await from(parameter, 7)).toBe('1.0.8');
    expect(parameter.writes.map(({ value, takenBy }) => `${value} ${takenBy}`)).toEqual([
      ...[2, 3, 4, 5, 6, 7].map((number) => `1.0.${number} nobody`),
      '1.0.8 a',
    ]);
    // Its own image is there by now.
    expect(await from(parameter, 8)).toBe('1.0.8');
    expect(await from(parameter, 8, 'b')).toBe('1.0.9');
  });

  test('reports the value to set if there are too many to count', async () => {
    const parameter = new FakeParameter();
    await expect(from(parameter, 900)).rejects.toThrow(
      'the counter is at 1.0.1, and Image Builder has images up to 1.0.900: set "version" of "image" in infra/settings.ts to \'1.1\', deploy the pipeline and push again',
    );
    expect(parameter.writes).toEqual([]);
  });

  test('gives two executions at once two versions above them', async () => {
    const parameter = new FakeParameter(3);
    const versions = await Promise.all([from(parameter, 5, 'a'), from(parameter, 5, 'b')]);
    expect(new Set(versions).size).toBe(2);
    expect(Math.min(...versions.map((version) => Number(version.split('.')[2])))).toBeGreaterThan(5);
  });
});
