import type { DeploymentHistory } from './deployment-history';
import type { Deployment } from './deployments';

export type Choice =
  | {
      readonly kind: 'target';
      readonly deployment: Deployment;
      /** Later versions that were skipped, because they did not stay healthy. */
      readonly passed: readonly string[];
    }
  | { readonly kind: 'refused'; readonly why: string; readonly possible: readonly string[] };

/**
 * Chooses the execution to which an environment is rolled back: the one that deployed `version`, or the latest good one
 * before the version that serves. It succeeded in the stage and is no rollback itself (A21). A good execution
 * - deployed a version older than the one that serves, so that a second rollback goes further back, never forth;
 * - was not rolled back later;
 * - stayed healthy, as far as is known. `version` selects an unhealthy one all the same.
 * `current` holds the executions that succeeded there under the pipeline's present structure: a refusal offers only them.
 */
export function rollbackTarget(
  { entries, serving, rejected, unhealthy }: DeploymentHistory,
  { version, current }: { version?: string; current: ReadonlySet<string> },
): Choice {
  const good = entries.filter(({ result, rollback, image }) => image && result === 'Succeeded' && !rollback);
  const others = good.filter(({ image }) => image?.version !== serving?.version);
  const refused = (why: string): Choice => ({
    kind: 'refused',
    why,
    possible: [
      ...new Set(others.filter(({ executionId }) => current.has(executionId)).map(({ image }) => image?.version ?? '')),
    ],
  });
  if (version !== undefined) {
    if (version === serving?.version) return refused(`${version} serves already`);
    const deployment = good.find(({ image }) => image?.version === version);
    return deployment ? { kind: 'target', deployment, passed: [] } : refused(`${version} has not succeeded there`);
  }
  if (!serving) return refused('nothing serves there yet');
  const since = entries.findLast(({ image, rollback }) => image?.version === serving.version && !rollback)?.startedAt;
  const before = others.filter(
    ({ image, startedAt }) => since && startedAt < since && !rejected.has(image?.version ?? ''),
  );
  const deployment = before.find(({ image }) => !unhealthy.has(image?.version ?? ''));
  const passed = [
    ...new Set(before.slice(0, deployment && before.indexOf(deployment)).map(({ image }) => image?.version ?? '')),
  ];
  if (deployment) return { kind: 'target', deployment, passed };
  const sick = passed.length > 0 ? `: ${passed.join(', ')} did not stay healthy` : '';
  return refused(`there is no good version before ${serving.version}${sick}`);
}
