import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Handler = (event: unknown, context: object) => Promise<unknown>;

type Callback = (error: unknown, result?: unknown) => void;
type Exported = (event: unknown, context: object, callback?: Callback) => unknown;

/** Node.js 24 is the first whose functions have no callback. */
const FIRST_WITHOUT_CALLBACKS = 24;

/** Finds `path/file.export` below the root, CommonJS or ES module. Errors have the names Lambda gives them. */
export async function loadHandler(root: string, name: string): Promise<Handler> {
  const match = /^(.*\/)?([^/.]+)\.(.+)$/.exec(name);
  if (!match || name.includes('..')) throw named('Runtime.MalformedHandlerName', 'Bad handler');
  const [, folder = '', file = '', path = ''] = match;
  const exported = exportOf(await load(root, `${folder}${file}`), path);
  if (exported === undefined) throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof exported !== 'function') throw named('Runtime.HandlerNotFound', `${name} is not a function`);
  return awaitable(exported as Exported, name);
}

async function load(root: string, file: string): Promise<unknown> {
  const found = ['.js', '.mjs', '.cjs'].map((end) => join(root, file + end)).find((path) => existsSync(path));
  if (!found) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  try {
    return isModule(found, root) ? await import(pathToFileURL(found).href) : createRequire(found)(found);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', `SyntaxError: ${thrown.message}`);
    const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
    if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') throw thrown;
    throw named('Runtime.ImportModuleError', `Error: ${(thrown as Error).message}`);
  }
}

/** By its ending, or else by the nearest `package.json`. */
function isModule(file: string, root: string): boolean {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  for (let folder = dirname(file); folder.startsWith(root); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type === 'module';
    }
  }
  return false;
}

/** CommonJS that was imported has its exports under `default` too. */
function exportOf(module: unknown, path: string): unknown {
  const at = (from: unknown) =>
    path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], from);
  return at(module) ?? at((module as { default?: unknown } | undefined)?.default);
}

function awaitable(handler: Exported, name: string): Handler {
  if (handler.length < 3) return async (event, context) => handler(event, context);
  const asked = Number(/nodejs(\d+)/.exec(process.env['AWS_EXECUTION_ENV'] ?? '')?.[1] ?? 0);
  if (asked >= FIRST_WITHOUT_CALLBACKS) {
    const message = 'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24';
    throw named('Runtime.CallbackHandlerDeprecated', `ERROR: ${message}: ${name} takes a callback.`);
  }
  return (event, context) =>
    new Promise((resolve, reject) => {
      const callback: Callback = (error, result) => (error ? reject(error) : resolve(result));
      const returned = handler(event, context, callback);
      if (returned instanceof Promise) returned.then(resolve, reject);
    });
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
