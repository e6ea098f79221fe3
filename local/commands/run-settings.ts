import type { LocalPlace, PlaceSettings } from '../../cli/place';
import { quoted } from '../../cli/printed-command';
import { Refusal } from '../../cli/refusal';
import { endpointSettings } from './endpoint-settings';
import { runningRuntime, stateDirectory } from './state-directory';

/**
 * Returns the settings that lead AWS's clients to the run on this machine. Throws a `Refusal` if no run is up on the
 * state.
 */
export function runSettings({ state }: LocalPlace, project: string): PlaceSettings {
  const directory = stateDirectory(state, project);
  const running = runningRuntime(directory);
  if (running?.address) return endpointSettings(running.address);
  if (running) throw new Refusal(`the run on the state in ${directory} is starting (process id ${running.pid})`);
  const start = state === undefined ? 'npm start' : `npm start -- --state ${quoted(state)}`;
  throw new Refusal(`nothing runs on the state in ${directory}\n${start} starts it`);
}
