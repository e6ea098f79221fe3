import { resolve } from 'node:path';
import type { CommandPlace, LocalPlace } from './place';

/** The word with which every command begins. */
export const PROGRAM = 'npx server-pipeline';

/** Settings that choose the account and region; keys are never printed. */
const CHOOSING = ['AWS_PROFILE', 'AWS_REGION'];

/** The place and pipeline on which a printed command acts. */
export interface CommandTarget {
  readonly place: CommandPlace;
  readonly pipeline?: string;
}

/**
 * Returns a command that a person can paste into any terminal of this project. It acts on `target`: the run on this
 * machine, or AWS with the profile and region of `environment`.
 */
export function printedCommand(
  { place, pipeline }: CommandTarget,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const named = pipeline === undefined ? [] : ['--pipeline', quoted(pipeline)];
  const all = [...words.map(quoted), ...named, ...(place.kind === 'local' ? [placeOption(place)] : [])];
  // The run on this machine needs no settings for AWS.
  return [...(place.kind === 'local' ? [] : choice(environment)), PROGRAM, ...all].join(' ');
}

/** Returns the command that ends a run on this machine. */
export function endCommand({ state }: LocalPlace): string {
  return [PROGRAM, 'down', ...(state === undefined ? [] : ['--state', quoted(resolve(state))])].join(' ');
}

/** Returns the command that points the AWS CLI, SDKs and CDK CLI of a shell to a run on this machine. */
export function shellSettingsCommand(place: LocalPlace): string {
  return `eval "$(${PROGRAM} status --env ${placeOption(place)})"`;
}

/** Returns the CDK CLI's command that deploys the stacks of the working tree to a place. */
export function deployCommand(place: CommandPlace, environment: NodeJS.ProcessEnv = process.env): string {
  const deploy = 'npx cdk deploy --all';
  if (place.kind === 'local') return `${shellSettingsCommand(place)} && ${deploy}`;
  return [...choice(environment), deploy].join(' ');
}

/** Returns `text` as one word of a shell, without quotes if it needs none. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function placeOption({ state }: LocalPlace): string {
  return state === undefined ? '--local' : `--state ${quoted(resolve(state))}`;
}

/** Returns the settings among `CHOOSING` that are set, as a shell takes them before a command. */
function choice(environment: NodeJS.ProcessEnv): string[] {
  return CHOOSING.flatMap((name) => (environment[name] ? [`${name}=${quoted(environment[name])}`] : []));
}
