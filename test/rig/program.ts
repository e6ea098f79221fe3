/** Runs a program of the tests. An error is printed, and its exit code is 1. */
export function runProgram(main: () => Promise<void>): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  main().catch((error: unknown) => {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  });
}

/** Prints a line about the progress, apart from the results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
