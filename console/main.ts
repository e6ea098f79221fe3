import { localSettings } from '../cli/local-settings';
import { Refusal, WrongUse } from '../cli/refusal';
import { overview, readRequest, usage } from './options';

/** The SDK's advice about Node.js versions is not for our users. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** Exit codes: 0 done, 1 failed or refused, 2 wrong use. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === '--help' || argv[0] === 'help') {
    console.log(overview());
    return 0;
  }
  const request = readRequest(argv);
  const { help, json } = request.options;
  if (help) {
    console.log(usage(request.command));
    return 0;
  }
  const { local } = request.options;
  // Both take a moment, and do not need each other. Help and wrong use need neither.
  const settings = typeof local === 'string' ? localSettings(local) : undefined;
  const { run }: typeof import('./run') = require('./run');
  const say = (line: string) => {
    if (!json) console.log(line);
  };
  const { ok, lines, data } = await run(request, { say, settings: await settings });
  if (json) console.log(JSON.stringify(data, undefined, 2));
  else for (const line of lines) console.log(line);
  return ok ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // What a person can do something about is one line; anything else is our bug, and its place matters.
    const expected = error instanceof Refusal || error instanceof WrongUse;
    console.error(expected ? `error: ${error.message}` : error);
    process.exitCode = error instanceof WrongUse ? 2 : 1;
  },
);
