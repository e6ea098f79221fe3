// Runs inside the process of a function: loads the handler, and calls it for every invocation from descriptor 3.
// Bundled into one file; it imports only `messages.ts` of the local runtime.
import { Socket } from 'node:net';
import { format } from 'node:util';
import { SystemClock } from '../../../kernel/clock';
import { eachLine } from '../../../kernel/lines';
import type { FromFunction, FunctionErrorPayload, Invoke } from '../messages';
import { type Handler, loadHandler } from './load-handler';

const clock = new SystemClock();
const channel = new Socket({ fd: 3, readable: true, writable: true });
let requestId = '';

function tell(message: FromFunction): void {
  channel.write(`${JSON.stringify(message)}\n`);
}

function maxRssKilobytes(): number {
  return process.resourceUsage().maxRSS;
}

function describe(thrown: unknown): FunctionErrorPayload {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: format(thrown), trace: [] };
  return {
    errorType: thrown.name || 'Error',
    errorMessage: thrown.message,
    trace: (thrown.stack ?? '').split('\n'),
  };
}

function log(level: string, text: string): void {
  tell({ type: 'log', text: `${clock.now().toISOString()}\t${requestId || 'undefined'}\t${level}\t${text}` });
}

function fail(error: FunctionErrorPayload, fatal: boolean): void {
  const heading = fatal ? 'Uncaught Exception' : 'Invoke Error';
  log('ERROR', `${heading} \t${JSON.stringify({ ...error, stack: error.trace })}`);
  tell({ type: 'error', error, fatal, maxRssKilobytes: maxRssKilobytes() });
  // The channel is written out before the process ends.
  if (fatal) channel.end(() => process.exit(128));
}

/** A line of the log with its level, as Lambda's runtime writes `console`. */
function patchConsole(): void {
  const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', trace: 'TRACE', warn: 'WARN', error: 'ERROR' };
  for (const [name, level] of Object.entries(levels)) {
    Reflect.set(globalThis.console, name, (...parts: unknown[]) => log(level, format(...parts)));
  }
}

async function invoke(handler: Handler, message: Invoke): Promise<void> {
  requestId = message.requestId;
  const deadline = clock.monotonic() + message.remainingMilliseconds;
  const context = {
    awsRequestId: message.requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'],
    invokedFunctionArn: message.functionArn,
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - clock.monotonic())),
  };
  try {
    const returned = await handler(JSON.parse(message.payload), context);
    tell({ type: 'result', payload: JSON.stringify(returned) ?? 'null', maxRssKilobytes: maxRssKilobytes() });
  } catch (thrown) {
    fail(describe(thrown), false);
  }
}

async function main(): Promise<void> {
  patchConsole();
  process.on('uncaughtException', (thrown) => fail(describe(thrown), true));
  process.on('unhandledRejection', (thrown) => {
    const { errorMessage, trace } = describe(thrown);
    fail({ errorType: 'Runtime.UnhandledPromiseRejection', errorMessage, trace }, true);
  });
  let handler: Handler;
  try {
    handler = await loadHandler(process.env['LAMBDA_TASK_ROOT'] ?? '', process.env['_HANDLER'] ?? '');
  } catch (thrown) {
    return fail(describe(thrown), true);
  }
  const longest = Number.POSITIVE_INFINITY;
  eachLine(channel, (line) => void invoke(handler, JSON.parse(line) as Invoke), { longest });
  channel.on('end', () => process.exit(0));
  tell({ type: 'ready' });
}

void main();
