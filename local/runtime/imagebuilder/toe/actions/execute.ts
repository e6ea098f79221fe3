import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepAction, StepResult } from '../action';
import { REBOOT_EXIT_CODE, runChild } from '../child';

/** All commands are one file, run by bash; its exit code is the step's (D10). No `set -e`: as on AWS. */
export const executeBash: StepAction = async (input, context) => {
  mkdirSync(context.folder, { recursive: true });
  const script = join(context.folder, 'input.sh');
  writeFileSync(script, `${input.texts('commands').join('\n')}\n`, { mode: 0o700 });
  return ended(await runChild(['bash', script], context));
};

export const executeBinary: StepAction = async (input, context) =>
  ended(await runChild([input.text('path'), ...input.texts('arguments')], context));

function ended({ code, stdout }: { code: number; stdout: string }): StepResult {
  if (code === REBOOT_EXIT_CODE) return { reboot: 'same-step' };
  if (code !== 0) throw new Error(`exit status ${code}`);
  return { outputs: { stdout } };
}
