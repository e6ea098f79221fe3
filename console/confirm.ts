import { createInterface } from 'node:readline/promises';
import { Refusal, WrongUse } from '../cli/refusal';
import type { Context } from './command';
import { COMMANDS } from './command-table';

/** Terminal that asks a person. */
export interface Terminal {
  readonly interactive: boolean;
  /** Shows the question and resolves with the answer. */
  ask(question: string): Promise<string>;
}

/** True if the request changes something. */
export function changes({ command, given }: Context['request']): boolean {
  return command === 'capacity' ? given['N'] !== undefined : COMMANDS[command].changes === true;
}

/**
 * Prints the account, region and pipeline that a command changes on AWS, and asks for confirmation without `--yes`.
 * Throws a `Refusal` if the person declines, and `WrongUse` without a terminal.
 */
export async function confirmOnAws(
  { pipeline, request, say }: Pick<Context, 'pipeline' | 'request' | 'say'>,
  terminal: Terminal = terminalHere(),
): Promise<void> {
  const opened = await pipeline();
  const { account, region } = await opened.place();
  const { name } = opened;
  const where = `pipeline ${name} in account ${account}, region ${region}`;
  if (request.options.yes) return say(`${request.command}: ${where}`);
  if (!terminal.interactive) {
    throw new WrongUse(`${request.command} changes ${where}: give --yes, or run it in a terminal, which asks first`);
  }
  const answer = await terminal.ask(`${request.command} changes ${where}. Go on? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new Refusal('nothing was changed');
}

function terminalHere(): Terminal {
  return {
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    async ask(question) {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
  };
}
