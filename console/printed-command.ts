import { resolve } from 'node:path';
import type { CommandName } from './command-table';
import type { Request } from './options';

/** Settings that choose the account and region; keys are never printed. */
const CHOOSING = ['AWS_PROFILE', 'AWS_REGION'];

/**
 * Returns a command for a person to paste, which acts on what the command of `request` acted on, in whichever terminal of
 * this project it is pasted: on the run on this machine, or with the same profile and region on AWS.
 */
export function printedCommand(
  { options }: Pick<Request, 'options'>,
  [command, ...words]: readonly [CommandName, ...string[]],
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const { local, pipeline } = options;
  const place = typeof local === 'string' ? [local ? `--local=${quoted(resolve(local))}` : '--local'] : [];
  const named = typeof pipeline === 'string' ? ['--pipeline', quoted(pipeline)] : [];
  // With `--local` they point to the run, which the option says already.
  const chosen = typeof local === 'string' ? [] : choice(environment);
  const all = [...words.map(quoted), ...named, ...place];
  return [...chosen, 'npm run', command, ...(all.length > 0 ? ['--', ...all] : [])].join(' ');
}

/** As `printedCommand`, the CDK CLI's command that deploys the stacks of a person. */
export function deployCommand(
  { options }: Pick<Request, 'options'>,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const { local } = options;
  if (typeof local !== 'string') {
    return [...choice(environment), 'npx cdk deploy --all'].join(' ');
  }
  const state = local ? ` --state ${quoted(resolve(local))}` : '';
  return `eval "$(npm run --silent status -- --env${state})" && npx cdk deploy --all`;
}

/** The settings among `CHOOSING` that are set, as they stand before a command. */
function choice(environment: NodeJS.ProcessEnv): string[] {
  return CHOOSING.flatMap((name) => (environment[name] ? [`${name}=${quoted(environment[name])}`] : []));
}

/** As a shell reads it back. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
