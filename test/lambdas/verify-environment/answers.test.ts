import { type Expectation, untilItAnswers } from '../../../lambdas/verify-environment/answers';
import type { HttpAnswer } from '../../../lambdas/verify-environment/ask';

/** An environment that answers one after another; the last for ever. Time passes only while it is waited. */
function environment(answers: (HttpAnswer | Error)[]) {
  const at = { now: 0, asked: 0 };
  return {
    at,
    ask: async () => {
      const answer = answers[Math.min(at.asked++, answers.length - 1)]!;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    clock: {
      now: () => at.now,
      wait: async (milliseconds: number) => {
        at.now += milliseconds;
      },
    },
  };
}

const url = new URL('http://greeter.example/health');
const run = (answers: (HttpAnswer | Error)[], expected: Partial<Expectation> = {}, until = 600_000) => {
  const world = environment(answers);
  const result = untilItAnswers({
    ...world,
    expectation: { url, status: 200, ...expected },
    withinMinutes: until / 60_000,
    until,
  });
  return { result, at: world.at };
};

const good = { status: 200, text: 'ready, version 1.0.7\n' };
const bad = { status: 503, text: '<html>\n"not {ready}"</html>' };

test('five good answers in a row are enough', async () => {
  const { result, at } = run([good]);
  expect(await result).toBe('as expected');
  expect(at).toEqual({ asked: 5, now: 4000 });
});

test('a wrong answer restarts the count', async () => {
  const { result, at } = run([good, good, good, good, bad, good]);
  expect(await result).toBe('as expected');
  expect(at.asked).toBe(10);
});

test('an invocation continues in the next one, and reports the last answer', async () => {
  const { result, at } = run([bad]);
  expect(await result).toEqual({ last: '503 html not ready /html' });
  expect(at.now).toBe(40_000);
});

test('the expected text must be in the answer', async () => {
  expect(await run([good], { contains: 'version 1.0.7' }).result).toBe('as expected');
  expect(await run([good], { contains: 'version 1.0.8' }).result).toEqual({ last: '200 ready version 1.0.7' });
});

test('another expected status can be set', async () => {
  expect(await run([{ status: 301, text: '' }], { status: 301 }).result).toBe('as expected');
});

test('after the limit, the first wrong answer fails, with the expectation and the answer', async () => {
  await expect(run([bad], { contains: '1.0.7' }, 0).result).rejects.toThrow(
    "http://greeter.example/health was expected to answer 200 with '1.0.7' in it 5 times in a row within 0 minutes; the last answer was: 503 html not ready /html",
  );
});

test('a missing answer counts as wrong; a failure to connect names all addresses', async () => {
  const refused = new AggregateError([new Error('connect ECONNREFUSED ::1:80'), new Error('connect ECONNREFUSED')]);
  await expect(run([refused], {}, 0).result).rejects.toThrow('connect ECONNREFUSED ::1:80 connect ECONNREFUSED');
});

test('a long answer is cut to 200 characters', async () => {
  const { result } = run([{ status: 500, text: 'x'.repeat(10_000) }]);
  expect(await result).toEqual({ last: `500 ${'x'.repeat(200)}` });
});
