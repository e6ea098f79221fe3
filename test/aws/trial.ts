import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Transcript } from './transcript';

/** The account and the clone that a trial is made with, and its limit. */
export interface Trial {
  /** The application's name, and the tag `Repository` of everything that is made. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** A clone of this repository with its own settings. */
  readonly directory: string;
  /** A URL for `git push`. */
  readonly remote: string;
  readonly transcript: Transcript;
  /** Commits that were rolled out, in order. */
  readonly good: string[];
  /** Between two questions about something that takes long. */
  readonly everyMs: number;
  /** Milliseconds since the epoch. Teardown continues after it. */
  readonly deadline: number;
}

/**
 * Runs a program in the clone, line by line into the transcript, and returns its standard output. Throws at the deadline, and
 * where it fails, unless it may.
 */
export async function run(
  { directory, transcript, deadline }: Trial,
  words: readonly [command: string, ...args: string[]],
  { mayFail = false }: { readonly mayFail?: boolean } = {},
): Promise<string[]> {
  const [command, ...args] = words;
  transcript.command(words.join(' '));
  const limit = AbortSignal.timeout(Math.max(1, deadline - Date.now()));
  const child = spawn(command, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'], signal: limit });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [said, all]: [string[], string[]] = [[], []];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (stream === child.stdout) said.push(line);
      all.push(line);
      transcript.output(line);
    });
  }
  const [code] = await closed;
  if (code !== 0 && !mayFail)
    throw new Error(`${command} ${args[0] ?? ''} ended with ${code}: ${all.slice(-3).join(' | ')}`);
  return said;
}

/** Throws once the trial has taken longer than it may. */
export function checkTime({ deadline }: Trial): void {
  if (Date.now() > deadline) throw new Error('the limit of time is reached');
}
