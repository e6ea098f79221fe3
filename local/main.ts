import { down } from './commands/down';
import { readOptions, usage } from './commands/options';
import { stateDirectory } from './commands/state-directory';
import { status } from './commands/status';
import { WrongUse } from './commands/wrong-use';
import { isAwsError, UserMistake } from './kernel/failure';
import { screenOn } from './terminal/style';

/** The SDK's schemas serve here, not its clients: its advice about Node.js versions is not for our users. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** Exit codes: 0 done, 1 failed, 2 wrong use, 3 nothing runs, 130 interrupted. */
async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (options.help) {
    console.log(usage(options.command));
    return 0;
  }
  const project = process.cwd();
  const screen = screenOn(process.stdout, process.env);
  switch (options.command) {
    case 'start': {
      // The rooms take half a second to load; the other commands need none of them.
      const { start }: typeof import('./commands/start') = require('./commands/start');
      return start(options, project);
    }
    case 'status':
      return status(stateDirectory(options.state, project), screen, options);
    case 'down':
      return down(stateDirectory(options.state, project), screen);
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    // A person's mistake and a service's refusal speak for themselves; anything else is our bug, and its place matters.
    const expected = error instanceof WrongUse || error instanceof UserMistake || isAwsError(error);
    console.error(expected ? `error: ${error.message}` : error);
    process.exit(error instanceof WrongUse ? 2 : 1);
  },
);
