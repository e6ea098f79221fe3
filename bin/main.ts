import { readCommandLine } from '../cli/command-line';
import { exitCodeOf } from '../cli/refusal';
import { version } from '../package.json';
import { runRequest, TABLES } from './commands';

/** The SDK's advice about Node.js versions is not for our users. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** Resolves with the exit code: 0 done, 1 failed or refused, 2 wrong use, 3 nothing runs, 130 interrupted. */
async function main(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv, TABLES, version);
  if (line.kind === 'request') return runRequest(line.request);
  console.log(line.text);
  return 0;
}

// A reader such as `head` closes the pipe when it has enough; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // A failure that a person can do something about is a message; anything else is a bug, and its place matters.
    const code = exitCodeOf(error);
    console.error(code === undefined ? error : `error: ${(error as Error).message}`);
    process.exit(code ?? 1);
  },
);
