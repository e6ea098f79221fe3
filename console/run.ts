import { type LocalSettings, useSettings } from '../cli/local-settings';
import { clientsOf } from './clients';
import { systemClock } from './clock';
import type { Answer, Command, Context } from './command';
import type { CommandName } from './command-table';
import { approve, reject } from './commands/approve';
import { capacity } from './commands/capacity';
import { explain } from './commands/explain';
import { history } from './commands/history';
import { release } from './commands/release';
import { retry } from './commands/retry';
import { rollback } from './commands/rollback';
import { stop } from './commands/stop';
import { changes, confirmOnAws } from './confirm';
import { explained } from './explained';
import type { Request } from './options';
import { openPipeline, type Pipeline } from './pipeline';

const RUN: Readonly<Record<CommandName, Command>> = {
  ...{ release, stop, retry, approve, reject, rollback, history, explain, capacity },
};

interface Surroundings {
  readonly say: Context['say'];
  /** Settings that lead to a run on this machine; without them the process's own lead to AWS. */
  readonly settings?: LocalSettings;
}

/** Runs what was asked for. Throws a `Refusal` or `WrongUse` where a person can do something about it. */
export async function run(request: Request, { say, settings }: Surroundings): Promise<Answer> {
  const { pipeline: name } = request.options;
  if (settings) useSettings(settings);
  const clients = clientsOf();
  let opened: Promise<Pipeline> | undefined;
  const pipeline = () => {
    opened ??= openPipeline(clients.codePipeline, typeof name === 'string' ? name : undefined);
    return opened;
  };
  try {
    const context = { clients, request, pipeline, say, clock: systemClock };
    if (!settings && changes(request)) await confirmOnAws(context);
    return await RUN[request.command](context);
  } catch (error) {
    throw await explained(error, { clients, request });
  }
}
