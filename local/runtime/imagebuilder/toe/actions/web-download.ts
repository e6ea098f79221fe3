import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ActionContext, StepAction } from '../action';

const ATTEMPTS = 5;
const FIRST_WAIT_MS = 500;
const MOST_REDIRECTS = 10;

/** Over HTTP or HTTPS to a file; five attempts; every status but 200 is an error, redirects are followed. */
export const webDownload: StepAction = async (input, context) => {
  const source = input.text('source');
  const given = input.text('destination');
  const destination = given.endsWith('/') ? join(given, basename(new URL(source).pathname)) : given;
  const [checksum, algorithm] = [input.optional('checksum')?.toLowerCase(), input.optional('algorithm')];
  const verified = (path: string) => !checksum || !algorithm || digest(path, algorithm) === checksum;
  if (existsSync(destination)) {
    if (!input.flag('overwrite', true)) throw new Error(`${destination} exists and 'overwrite' is false`);
    if (checksum && algorithm && verified(destination)) return { outputs: { destination } };
  }
  mkdirSync(dirname(destination), { recursive: true });
  const partial = `${destination}.part`;
  try {
    await fetchFile(source, { path: partial, insecure: input.flag('ignoreCertificateErrors', false) }, context);
    if (!verified(partial))
      throw new Error(`${source}: the ${algorithm} checksum is ${digest(partial, algorithm ?? '')}, not ${checksum}`);
    renameSync(partial, destination);
  } finally {
    rmSync(partial, { force: true });
  }
  return { outputs: { destination } };
};

interface Target {
  readonly path: string;
  readonly insecure: boolean;
}

async function fetchFile(source: string, target: Target, context: ActionContext): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchOnce(source, target, context);
    } catch (error) {
      if (attempt === ATTEMPTS || context.signal.aborted) throw error;
      context.print(`${(error as Error).message}; trying again\n`, 'stderr');
      await context.clock.sleep(FIRST_WAIT_MS * 2 ** (attempt - 1), context.signal);
    }
  }
}

async function fetchOnce(source: string, target: Target, context: ActionContext): Promise<void> {
  let url = source;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const response = await open(url, target.insecure, context.signal);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      response.resume();
      url = new URL(headers.location, url).href;
      continue;
    }
    if (statusCode === 200) return pipeline(response, createWriteStream(target.path), { signal: context.signal });
    response.resume();
    throw new Error(`${url}: HTTP status ${statusCode}`);
  }
  throw new Error(`${source}: more than ${MOST_REDIRECTS} redirects`);
}

function open(url: string, insecure: boolean, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new Error(`${url}: ${error.message}`));
    const secure = url.startsWith('https:');
    const request = secure
      ? httpsGet(url, { signal, rejectUnauthorized: !insecure }, resolve)
      : httpGet(url, { signal }, resolve);
    request.on('error', fail);
  });
}

function digest(path: string, algorithm: string): string {
  return createHash(algorithm).update(readFileSync(path)).digest('hex');
}
