import type { BuildspecPhase } from './buildspec';
import type { OnFailure } from './on-failure';
import type { PhaseType } from './records';

type CommandPhase = Extract<PhaseType, 'INSTALL' | 'PRE_BUILD' | 'BUILD' | 'POST_BUILD'>;

/** The phases that run commands, with their names in a buildspec. */
export const COMMAND_PHASES: Readonly<Record<CommandPhase, BuildspecPhase>> = {
  INSTALL: 'install',
  PRE_BUILD: 'pre_build',
  BUILD: 'build',
  POST_BUILD: 'post_build',
};

/*
 *   DOWNLOAD_SOURCE ──► INSTALL ──► PRE_BUILD ──► BUILD ──► POST_BUILD ──► UPLOAD_ARTIFACTS ──► FINALIZING
 *          ╳               ╳            ╳           ╳ ─────────►╳ ────────────────► ╳ ─────────────►▲
 *          └───────────────┴────────────┴── failed ─────────────────────────────────────────────────┘
 */
const NEXT = {
  INSTALL: { succeeded: 'PRE_BUILD', failed: 'FINALIZING' },
  PRE_BUILD: { succeeded: 'BUILD', failed: 'FINALIZING' },
  BUILD: { succeeded: 'POST_BUILD', failed: 'POST_BUILD' },
  POST_BUILD: { succeeded: 'UPLOAD_ARTIFACTS', failed: 'UPLOAD_ARTIFACTS' },
} as const;

/** Which phase follows one that ran commands (B4, B5). A retry has been tried by then, in vain. */
export function phaseAfter(phase: CommandPhase, succeeded: boolean, onFailure: OnFailure['action']): PhaseType {
  const next = NEXT[phase];
  if (succeeded || onFailure === 'continue') return next.succeeded;
  return onFailure === 'abort' ? 'FINALIZING' : next.failed;
}
