import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionSpec } from '../../../../local/runtime/lambda/functions';
import { DrivenClock } from '../../../rig/driven-clock';
import { type LambdaRig, lambdaRig, functionSpec as spec, until } from './lambda-rig';

let rig: LambdaRig;
beforeEach(() => {
  rig = lambdaRig();
});
afterEach(() => rig.end());

describe('an invocation', () => {
  test('passes the event and returns the handler’s result as JSON', async () => {
    await rig.handler('return { got: event, nothing: undefined, text: "ünïcödé 🚢" };');
    expect(await rig.invoke({ a: [1, null] })).toEqual({ payload: { got: { a: [1, null] }, text: 'ünïcödé 🚢' } });
  });

  test('without a result returns null', async () => {
    await rig.handler('');
    expect(await rig.invoke()).toEqual({ payload: null });
  });

  test('has the environment of Lambda, its own variables, and none of the caller’s', async () => {
    process.env['SECRET_OF_THE_CALLER'] = 'x';
    await rig.handler('return { env: process.env, cwd: process.cwd() };', {
      variables: { MINE: '1', AWS_ENDPOINT_URL: 'x' },
    });
    const { env, cwd } = (await rig.invoke()).payload as { env: Record<string, string>; cwd: string };
    delete process.env['SECRET_OF_THE_CALLER'];
    expect(env).toMatchObject({
      MINE: '1',
      _HANDLER: 'index.handler',
      AWS_ACCESS_KEY_ID: 'ASIA-lambda.amazonaws.com',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
      AWS_LAMBDA_FUNCTION_NAME: 'fn',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_REGION: 'eu-west-1',
      LAMBDA_TASK_ROOT: cwd,
    });
    expect(env['SECRET_OF_THE_CALLER']).toBeUndefined();
  });

  test('has a context with request id, ARN and remaining time', async () => {
    await rig.handler('return { ...context, left: context.getRemainingTimeInMillis() };');
    const { payload } = await rig.invoke();
    expect(payload).toMatchObject({
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      functionName: 'fn',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:fn',
      memoryLimitInMB: '128',
    });
    const { left } = payload as { left: number };
    expect([left > 5000, left <= 10_000]).toEqual([true, true]);
  });

  test('reuses its process', async () => {
    await rig.handler('return [calls, process.pid];');
    const [first, second] = [await rig.invoke(), await rig.invoke()].map(({ payload }) => payload as number[]);
    expect([first?.[0], second?.[0], first?.[1] === second?.[1]]).toEqual([1, 2, true]);
  });

  test('runs in a process of its own beside others, up to the concurrency limit; further ones wait', async () => {
    // Each waits until there are three.
    await rig.handler(`
      const { readdirSync, writeFileSync } = require('node:fs');
      writeFileSync(event.directory + '/' + process.pid, '');
      while (readdirSync(event.directory).length < 3) await new Promise(setImmediate);
      return process.pid;`);
    const event = { directory: rig.scratch() };
    const pids = (await Promise.all(Array.from({ length: 5 }, () => rig.invoke(event)))).map(({ payload }) => payload);
    expect(new Set(pids).size).toBe(3);
  });

  test('writes START, its lines, END and REPORT to its log', async () => {
    await rig.handler('console.log("one\\ntwo", { a: 1 }); console.error("bad"); process.stdout.write("raw\\n");');
    await rig.invoke();
    const id = '[0-9a-f-]{36}';
    const written = rig.lines.filter((line) => line !== 'raw');
    expect(rig.lines).toContain('raw');
    expect(written[0]).toMatch(new RegExp(`^START RequestId: ${id} Version: \\$LATEST$`));
    expect(written[1]).toMatch(new RegExp(`^\\S+Z\\t${id}\\tINFO\\tone\ntwo { a: 1 }$`));
    expect(written[2]).toMatch(new RegExp(`^\\S+Z\\t${id}\\tERROR\\tbad$`));
    expect(written[3]).toMatch(new RegExp(`^END RequestId: ${id}$`));
    expect(written[4]).toMatch(/^REPORT RequestId: .*\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: /);
  });
});

describe('a handler', () => {
  test('can be an ES module, by its extension or by package.json', async () => {
    await rig.upload({ 'src/app.mjs': 'export const run = () => import.meta.url.length > 0;' });
    await rig.functions.create(spec({ handler: 'src/app.run' }));
    expect((await rig.invoke()).payload).toBe(true);
    await rig.upload({
      'index.js': 'export const handler = async () => "module";',
      'package.json': '{"type":"module"}',
    });
    await rig.functions.update(spec());
    expect((await rig.invoke()).payload).toBe('module');
  });

  test('may take a callback up to Node.js 22, and is refused for it from 24 on', async () => {
    await rig.upload({ 'index.js': 'exports.handler = (event, context, callback) => callback(null, "called");' });
    await rig.functions.create(spec());
    expect((await rig.invoke()).payload).toBe('called');
    await rig.functions.update(spec({ runtime: 'nodejs24.x' }));
    expect(await rig.invoke()).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'Runtime.CallbackHandlerDeprecated' },
    });
  });

  test('runs in new processes after an update', async () => {
    await rig.handler('return "old";');
    expect((await rig.invoke()).payload).toBe('old');
    await rig.upload({ 'index.js': 'exports.handler = async () => "new";' }, 'new.zip');
    await rig.functions.update(spec({ code: { bucket: 'assets', key: 'new.zip' } }));
    expect((await rig.invoke()).payload).toBe('new');
  });
});

describe('a failure', () => {
  const failures: [title: string, body: string, payload: object][] = [
    ['thrown', 'throw new TypeError("no");', { errorType: 'TypeError', errorMessage: 'no', trace: expect.any(Array) }],
    [
      'of the process',
      'process.exit(7);',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringContaining('Runtime exited with error: exit status 7'),
      },
    ],
    [
      'in a callback of nobody',
      'setTimeout(() => { throw new Error("late"); }); await new Promise(() => {});',
      { errorType: 'Error', errorMessage: 'late' },
    ],
    [
      'that nobody awaits',
      'Promise.reject(new Error("lost")); await new Promise(() => {});',
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'lost' },
    ],
    ['of JSON', 'const a = {}; a.a = a; return a;', { errorType: 'TypeError' }],
  ];

  test.each(failures)('%s is returned to the caller, and the next invocation works', async (_, body, payload) => {
    await rig.handler(`if (event.fail) { ${body} } return "fine";`);
    expect(await rig.invoke({ fail: true })).toMatchObject({ functionError: 'Unhandled', payload });
    expect(await rig.invoke()).toEqual({ payload: 'fine' });
  });

  test.each([
    ['a handler that is not exported', { 'index.js': '' }, 'Runtime.HandlerNotFound'],
    ['a file that is not there', { 'other.js': '' }, 'Runtime.ImportModuleError'],
    ['a module that is not there', { 'index.js': 'require("nothing-here")' }, 'Runtime.ImportModuleError'],
    ['code that is no JavaScript', { 'index.js': 'const = 1' }, 'Runtime.UserCodeSyntaxError'],
    ['code that throws', { 'index.js': 'throw new RangeError("at start")' }, 'RangeError'],
  ])('to load names its reason: %s', async (_, files: Record<string, string>, errorType) => {
    await rig.upload(files);
    await rig.functions.create(spec());
    expect(await rig.invoke()).toMatchObject({ functionError: 'Unhandled', payload: { errorType } });
  });

  test('beyond the time limit kills the process and its children', async () => {
    await rig.end();
    const clock = new DrivenClock();
    rig = lambdaRig({ clock });
    await rig.handler(
      'if (event.fast) return "fast"; console.log("waiting"); require("node:child_process").spawn("sleep", ["1000"]); await new Promise(() => {});',
      { timeoutSeconds: 3 },
    );
    const result = rig.invoke();
    await until(() => rig.lines.some((line) => line.endsWith('waiting')));
    await clock.advance(3000);
    expect(await result).toMatchObject({
      functionError: 'Unhandled',
      payload: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 3\.00 seconds$/),
      },
    });
    expect(rig.lines.some((line) => line.endsWith('Task timed out after 3.00 seconds'))).toBe(true);
    expect((await rig.invoke({ fast: true })).payload).toBe('fast');
  });

  test('of memory is reported, and the heap is limited by the memory size', async () => {
    await rig.handler('return require("node:v8").getHeapStatistics().heap_size_limit / 2 ** 20;', {
      memoryMegabytes: 256,
    });
    const limit = (await rig.invoke()).payload as number;
    expect(limit > 200 && limit < 400).toBe(true);
  });
});

describe('refusals', () => {
  test.each([
    ['a runtime without a process', { runtime: 'python3.13' }, 'The Lambda runtime python3.13 is not supported'],
    ['reserved variables', { variables: { AWS_REGION: 'x' } }, 'Reserved keys used in this request: AWS_REGION'],
    ['a role that does not trust Lambda', { role: 'arn:aws:iam::0:role/denied' }, 'cannot be assumed by Lambda'],
    ['code that is not in S3', { code: { bucket: 'assets', key: 'none' } }, 'S3 Error Code: NoSuchKey'],
  ])('%s', async (_, changes: Partial<FunctionSpec>, words) => {
    await rig.upload({ 'index.js': '' });
    await expect(rig.functions.create(spec(changes))).rejects.toThrow(words);
  });

  test('a missing or duplicate function is refused with Lambda’s message', async () => {
    await expect(rig.functions.invoke('fn', '{}')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:eu-west-1:000000000000:function:fn',
    });
    await rig.handler('');
    await expect(rig.functions.create(spec())).rejects.toMatchObject({ code: 'ResourceConflictException' });
    await expect(rig.functions.invoke('fn:7', '{}')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    const { payload } = await rig.functions.invoke('arn:aws:lambda:eu-west-1:000000000000:function:fn', '{}');
    expect(payload).toBe('null');
  });

  test('a payload that is no JSON, or too large, is refused', async () => {
    await rig.handler('');
    await expect(rig.functions.invoke('fn', '{')).rejects.toMatchObject({ code: 'InvalidRequestContentException' });
    expect(() => rig.functions.invokeAsync('fn', 'x'.repeat(2 ** 21))).toThrow('payload is too large');
  });

  test('more concurrent invocations than reserved are refused', async () => {
    await rig.handler("while (!require('node:fs').existsSync(event.go)) await new Promise(setImmediate);", {
      reservedConcurrency: 1,
    });
    const event = { go: join(rig.scratch(), 'go') };
    const first = rig.invoke(event);
    await expect(rig.invoke(event)).rejects.toMatchObject({ code: 'TooManyRequestsException' });
    writeFileSync(event.go, '');
    await first;
  });
});

test('the end of the runtime leaves no process', async () => {
  await rig.handler('console.log(`pid ${process.pid}`); await new Promise(() => {});');
  const result = rig.invoke();
  await until(() => rig.lines.some((line) => / ?pid \d+$/.test(line)));
  const pid = Number(
    rig.lines
      .find((line) => /pid \d+$/.test(line))
      ?.split(' ')
      .at(-1),
  );
  await rig.functions.stop();
  expect((await result).functionError).toBe('Unhandled');
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
