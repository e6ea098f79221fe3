import type { Ledger } from './ledger';
import type { Visit } from './visits';

export type Choice =
  | {
      readonly id: 'target';
      readonly visit: Visit;
      /** Later versions that were passed over, because they did not stay healthy. */
      readonly passed: readonly string[];
    }
  | { readonly id: 'refused'; readonly why: string; readonly possible: readonly string[] };

/**
 * The execution to roll an environment back to: the one that brought `version`, or the good one before what serves now.
 * It has succeeded in the stage and is no rollback itself (A21). The good one before is the latest that
 * - came before the version that serves: after a rollback a further one goes further back, and not forth again;
 * - was not rolled back from,
 * - stayed healthy, as far as that is known. A person may still ask for it by its version.
 * `current` are the executions that succeeded there under the pipeline's present structure: only they are offered.
 */
export function rollbackTarget(
  { entries, serving, left, unhealthy }: Ledger,
  { version, current }: { version?: string; current: ReadonlySet<string> },
): Choice {
  const good = entries.filter(({ result, rollback, image }) => image && result === 'Succeeded' && !rollback);
  const others = good.filter(({ image }) => image?.version !== serving?.version);
  const refused = (why: string): Choice => ({
    id: 'refused',
    why,
    possible: [
      ...new Set(others.filter(({ executionId }) => current.has(executionId)).map(({ image }) => image?.version ?? '')),
    ],
  });
  if (version !== undefined) {
    if (version === serving?.version) return refused(`${version} serves already`);
    const visit = good.find(({ image }) => image?.version === version);
    return visit ? { id: 'target', visit, passed: [] } : refused(`${version} has not succeeded there`);
  }
  if (!serving) return refused('nothing serves there yet');
  const since = entries.findLast(({ image, rollback }) => image?.version === serving.version && !rollback)?.startedAt;
  const before = others.filter(({ image, startedAt }) => since && startedAt < since && !left.has(image?.version ?? ''));
  const visit = before.find(({ image }) => !unhealthy.has(image?.version ?? ''));
  const passed = [...new Set(before.slice(0, visit && before.indexOf(visit)).map(({ image }) => image?.version ?? ''))];
  if (visit) return { id: 'target', visit, passed };
  const sick = passed.length > 0 ? `: ${passed.join(', ')} did not stay healthy` : '';
  return refused(`there is no good version before ${serving.version}${sick}`);
}
