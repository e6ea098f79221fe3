import { screenOn } from '../cli/screen';
import { type Clients, clientsOf } from './clients';
import { systemClock } from './clock';
import type { Command, ConsoleRequest, Context } from './command';
import type { CommandName } from './command-table';
import { approve, reject } from './commands/approve';
import { capacity } from './commands/capacity';
import { explain } from './commands/explain';
import { history } from './commands/history';
import { logs } from './commands/logs';
import { release } from './commands/release';
import { retry } from './commands/retry';
import { rollback } from './commands/rollback';
import { runs } from './commands/runs';
import { status } from './commands/status';
import { stop } from './commands/stop';
import { watch } from './commands/watch';
import { changes, confirmOnAws } from './confirm';
import { explained } from './explained';
import { openPipeline, type Pipeline } from './pipeline/pipeline';

const RUN: Readonly<Record<CommandName, Command>> = {
  status,
  runs,
  logs,
  watch,
  history,
  explain,
  release,
  approve,
  reject,
  rollback,
  retry,
  stop,
  capacity,
};

/**
 * Runs a command with the process's settings for AWS. Resolves with the exit code. Throws a `Refusal` or `WrongUse` for
 * a failure that a person can do something about.
 */
export async function runConsole(request: ConsoleRequest): Promise<number> {
  const { json, pipeline: name } = request.options;
  const clients = clientsOf();
  const elsewhere = new Map<string, Clients>();
  const clientsIn = (region: string) => {
    const known = elsewhere.get(region) ?? clientsOf(region);
    elsewhere.set(region, known);
    return known;
  };
  let opened: Promise<Pipeline> | undefined;
  const pipeline = () => {
    opened ??= openPipeline(clients.codePipeline, typeof name === 'string' ? name : undefined);
    return opened;
  };
  const say = (line: string) => {
    if (!json) console.log(line);
  };
  try {
    const screen = screenOn(process.stdout, process.env);
    const context: Context = { clients, clientsIn, request, pipeline, screen, say, clock: systemClock };
    if (request.place.kind === 'aws' && changes(request)) await confirmOnAws(context);
    const { ok, lines, data } = await RUN[request.command](context);
    if (json) console.log(JSON.stringify(data, undefined, 2));
    else for (const line of lines) console.log(line);
    return ok ? 0 : 1;
  } catch (error) {
    throw await explained(error, { clients, request });
  }
}
