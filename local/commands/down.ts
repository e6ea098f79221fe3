import { setTimeout as delay } from 'node:timers/promises';
import type { Screen } from '../../cli/screen';
import { runningRuntime } from './state-directory';

const LOOK_AGAIN_MS = 50;
/** Draining and shutting down are bounded far below this. */
const PATIENCE_MS = 60_000;

/** Ends the runtime on `state` and all that it started. Resolves with the exit code; nothing to end is a success. */
export async function down(state: string, screen: Screen): Promise<number> {
  const running = runningRuntime(state);
  if (!running) {
    screen.write(`nothing runs on the state in ${state}\n`);
    return 0;
  }
  process.kill(running.pid, 'SIGTERM');
  for (let waited = 0; runningRuntime(state)?.pid === running.pid; waited += LOOK_AGAIN_MS) {
    if (waited >= PATIENCE_MS) {
      // Everything it started ends with it.
      process.kill(running.pid, 'SIGKILL');
      screen.write(`the runtime with process id ${running.pid} did not end by itself and was killed\n`);
      return 0;
    }
    await delay(LOOK_AGAIN_MS);
  }
  screen.write(`ended the runtime with process id ${running.pid}; its state is kept in ${state}\n`);
  return 0;
}
