import { saidOf } from './action-causes';
import type { BuildFacts } from './evidence';
import { type Finder, historyOf } from './found';
import { lineThatMatters, plainly } from './words';

/** The phase of the build that failed, its command, and the line of its log that matters. */
export const buildCause: Finder = async ({ pipeline, action, evidence, reader }) => {
  const resource = action.configuration['ProjectName'] ?? 'build';
  const { externalId, place } = action;
  const build =
    externalId && (await reader.read(`the build ${externalId}`, evidence.build(externalId, place), undefined));
  if (!build) {
    return { resource, cause: saidOf(action), log: action.externalUrl ?? externalId ?? historyOf(pipeline) };
  }
  const { log } = build;
  const lines = log ? await reader.read(`the log ${log.group}`, evidence.logTail(log, place), []) : [];
  const last = lineThatMatters(lines);
  const failed = failureOf(build);
  const where = log ? [log.group, log.stream].filter(Boolean).join(' ') : (externalId ?? '');
  // The last line belongs to a command that failed; CodeBuild explains other failures itself.
  const also = last && failed.isCommand ? `: ${last}` : '';
  return { resource, cause: `${failed.cause}${also}`, log: where };
};

const FINE = new Set(['SUCCEEDED', 'IN_PROGRESS', 'QUEUED', '']);

function failureOf({ status, phases }: BuildFacts): { cause: string; isCommand: boolean } {
  const phase = phases.find((one) => !FINE.has(one.status ?? ''));
  if (!phase) return { cause: `the build ended as ${status}`, isCommand: false };
  const message = plainly(phase.message ?? '');
  const [, command, reason] = /^Error while executing command: (.*?)\. Reason: (.*)$/s.exec(message) ?? [];
  if (command) return { cause: `${phase.phase}: ${command}: ${reason}`, isCommand: true };
  const detail = message || phase.status || status;
  return { cause: `${phase.phase}: ${detail}`, isCommand: false };
}
