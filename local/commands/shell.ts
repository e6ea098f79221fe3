import { resolve } from 'node:path';

/** As one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** As `quoted`, without quotes where the shell reads the text as it is. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoted(text);
}

/** The options with which the console's commands act on the run on the state (the project's own where none is named). */
export function localOption(state?: string): string {
  return state === undefined ? '--local' : `--local=${word(resolve(state))}`;
}

/** Ends the run. */
export function endRun(state?: string): string {
  return state === undefined ? 'npm run down' : `npm run down --${stateOption(state)}`;
}

/** Points a shell's AWS CLI, SDKs and CDK CLI to the run. */
export function pointShell(state?: string): string {
  return `eval "$(npm run --silent status -- --env${state === undefined ? '' : stateOption(state)})"`;
}

/** Applies the settings of the working tree to the run, as on AWS. */
export function applySettings(state?: string): string {
  return `${pointShell(state)} && npx cdk deploy --all`;
}

function stateOption(state: string): string {
  return ` --state ${word(resolve(state))}`;
}
