import type { Request } from '../cli/command';
import { Refusal } from '../cli/refusal';
import { screenOn } from '../cli/screen';
import { down } from './commands/down';
import { startOptions } from './commands/options';
import { stateDirectory } from './commands/state-directory';
import { status } from './commands/status';
import { isAwsError, UserMistake } from './kernel/failure';

/**
 * Runs a command of this machine: `start`, `status` or `down`. Resolves with the exit code. Throws a `Refusal` for a
 * person's mistake and for a service's refusal.
 */
export async function runLocal(request: Request): Promise<number> {
  try {
    return await run(request);
  } catch (error) {
    if (error instanceof UserMistake || isAwsError(error)) throw new Refusal(error.message);
    throw error;
  }
}

async function run(request: Request): Promise<number> {
  const { command, options, place } = request;
  const project = process.cwd();
  const screen = screenOn(process.stdout, process.env);
  if (command === 'start') {
    const { start }: typeof import('./commands/start') = require('./commands/start');
    return start(startOptions(request), project);
  }
  const state = stateDirectory(place.kind === 'local' ? place.state : undefined, project);
  if (command === 'down') return down(state, screen);
  if (command !== 'status') throw new Error(`${command} is no command of the run on this machine`);
  const { environment } = options;
  return status(state, screen, {
    json: options['json'] === true,
    env: options['env'] === true,
    environment: typeof environment === 'string' ? environment : undefined,
  });
}
