import type { CommandTable, Request } from '../cli/command';
import { completionScript, SHELLS, type Shell } from '../cli/completion';
import { useSettings } from '../cli/place';
import { WrongUse } from '../cli/refusal';
import { COMMANDS, OPTIONS } from '../console/command-table';
import { PREFLIGHT } from '../infra/preflight/command-table';
import { LOCAL } from '../local/commands/command-table';

const CONSOLE: CommandTable = { commands: COMMANDS, options: OPTIONS };

const COMPLETION: CommandTable = {
  commands: {
    completion: {
      group: 'Set up',
      summary: 'Print the script that completes commands in a shell',
      arguments: [{ name: 'SHELL', text: 'shell', choices: SHELLS }],
      placeless: true,
      examples: [['bash', 'for ~/.bashrc: eval "$(npx server-pipeline completion bash)"']],
    },
  },
  options: {},
};

/** All commands, in the order of the help. */
export const TABLES: readonly CommandTable[] = [LOCAL, CONSOLE, PREFLIGHT, COMPLETION];

/**
 * Runs a request in the room of its command. Resolves with the exit code. Each room is loaded only when it is needed:
 * together they take a second.
 */
export async function runRequest(request: Request): Promise<number> {
  const { command, place, options } = request;
  if (command === 'completion') return write(completionScript(request.given['SHELL'] as Shell, TABLES));
  if (command in LOCAL.commands || (command === 'status' && place.kind === 'local')) {
    const { runLocal }: typeof import('../local/main') = require('../local/main');
    const code = await runLocal(request);
    // A run leaves no process, but an open handle would keep this one alive.
    return command === 'start' ? process.exit(code) : code;
  }
  for (const name of ['env', 'environment']) if (options[name]) throw new WrongUse(`option "--${name}" needs --local`);
  if (place.kind === 'local') {
    const { runSettings }: typeof import('../local/commands/run-settings') = require('../local/commands/run-settings');
    useSettings(runSettings(place, process.cwd()));
  }
  if (command in PREFLIGHT.commands) {
    const { runPreflight }: typeof import('../infra/preflight/main') = require('../infra/preflight/main');
    return runPreflight(request);
  }
  const { runConsole }: typeof import('../console/main') = require('../console/main');
  return runConsole(request as Parameters<typeof runConsole>[0]);
}

function write(text: string): number {
  console.log(text);
  return 0;
}
