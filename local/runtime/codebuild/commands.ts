import { userPattern } from '../../kernel/pattern';
import type { BuildLog } from './build-log';
import type { PhaseSpec } from './buildspec';
import { Interrupted, PhaseFailed } from './failed';
import type { CommandEnd, Shell } from './shell';

/** Context of a phase's commands. */
export interface CommandRun {
  readonly shell: Shell;
  readonly log: BuildLog;
  /** Throws if the build was interrupted. */
  check(): void;
}

/**
 * Runs a phase: its commands until one fails (B3), again from the start if `on-failure` says so (B5), then always its
 * `finally` commands. Throws `PhaseFailed` for the first failed command.
 */
export async function runPhase(spec: PhaseSpec, run: CommandRun): Promise<void> {
  const failure = await attempt(spec, run);
  if (failure) await run.shell.set('CODEBUILD_BUILD_SUCCEEDING', '0');
  const late = await runCommands(spec.finally, run);
  if (late && !failure) await run.shell.set('CODEBUILD_BUILD_SUCCEEDING', '0');
  if (failure ?? late) throw failure ?? late;
}

async function attempt(spec: PhaseSpec, run: CommandRun): Promise<PhaseFailed | undefined> {
  let failure = await runCommands(spec.commands, run);
  if (spec.onFailure.action !== 'retry') return failure;
  const { times, pattern } = spec.onFailure;
  for (let retry = 1; failure && retry <= times && matches(pattern, failure); retry++) {
    run.log.say(`Retrying the phase, ${retry} of ${times}`);
    failure = await runCommands(spec.commands, run);
  }
  return failure;
}

function matches(pattern: string, failure: PhaseFailed): boolean {
  const lines = failure.command?.lastLines ?? [];
  return userPattern(pattern).test([failure.message, ...lines].join('\n'));
}

async function runCommands(commands: readonly string[], run: CommandRun): Promise<PhaseFailed | undefined> {
  for (const command of commands) {
    const failure = await runCommand(command, run);
    if (failure) return failure;
  }
  return undefined;
}

async function runCommand(text: string, { shell, log, check }: CommandRun): Promise<PhaseFailed | undefined> {
  const command = text.trimEnd();
  check();
  log.say(`Running command ${command}`);
  log.begin();
  const end: CommandEnd = await shell.run(command);
  const lastLines = log.flush();
  check();
  if ('lost' in end) throw new Interrupted('FAULT', 'INTERNAL_ERROR', end.lost);
  if (end.exitCode === 0) return undefined;
  log.say(`Command did not exit successfully ${command} exit status ${end.exitCode}`);
  const message = `Error while executing command: ${command}. Reason: exit status ${end.exitCode}`;
  return new PhaseFailed('COMMAND_EXECUTION_ERROR', message, { text: command, exitCode: end.exitCode, lastLines });
}
