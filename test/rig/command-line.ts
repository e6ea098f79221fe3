import { TABLES } from '../../bin/commands';
import type { Request } from '../../cli/command';
import { readCommandLine } from '../../cli/command-line';
import type { ConsoleRequest } from '../../console/command';

/** Reads a command line of the product that asks for no help. */
export function readRequest(line: string | readonly string[]): Request {
  const words = typeof line === 'string' ? line.split(' ') : line;
  const read = readCommandLine(words, TABLES, '0.0.0');
  if (read.kind === 'text') throw new Error(`the command line asks for a text: ${read.text}`);
  return read.request;
}

/** As `readRequest`, for a command of the console. */
export function readConsoleRequest(line: string | readonly string[]): ConsoleRequest {
  return readRequest(line) as ConsoleRequest;
}
