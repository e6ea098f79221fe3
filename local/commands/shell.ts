import { resolve } from 'node:path';

/** Points a shell's AWS CLI, SDKs and CDK CLI to the run on the state (the project's own where none is named). */
export function pointShell(state?: string): string {
  const which = state === undefined ? '' : ` --state ${resolve(state)}`;
  return `eval "$(npm run --silent status -- --env${which})"`;
}

/** Applies the settings of the working tree to the run on the state, as on AWS. */
export function applySettings(state?: string): string {
  return `${pointShell(state)} && npx cdk deploy --all`;
}
