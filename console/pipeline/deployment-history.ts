import type { Deployment, Health, Image } from './deployments';
import type { FleetNow } from './fleet-now';

/** A deployment, with the image that served the environment when it began. */
export interface Entry extends Deployment {
  readonly replaces?: Image;
  /** The health of its servers until the next deployment; undefined if it never served, or if nothing is known. */
  readonly health?: Health;
}

export interface DeploymentHistory {
  /** The latest first. */
  readonly entries: readonly Entry[];
  /** Image that serves the environment now, according to the history. */
  readonly serving?: Image;
  /** Versions that were rolled back, and have not served since. */
  readonly rejected: ReadonlySet<string>;
  /** Versions that did not stay healthy when they last served. */
  readonly unhealthy: ReadonlySet<string>;
}

/** Builds the history of one environment from its deployments, which are the latest first. */
export function deploymentHistory(deployments: readonly Deployment[]): DeploymentHistory {
  const entries: Entry[] = [];
  const rejected = new Set<string>();
  const unhealthy = new Set<string>();
  /** Versions in the order of their first deployment here. */
  const arrived: string[] = [];
  let serving: Image | undefined;
  for (const deployment of [...deployments].reverse()) {
    const { image, served, rollback, found } = deployment;
    const [before] = entries;
    // A deployment that changed nothing was followed by the health of the version before it.
    if (found && before?.served && before.image) {
      entries[0] = { ...before, health: found };
      if (found.stayedHealthy) unhealthy.delete(before.image.version);
      else unhealthy.add(before.image.version);
    }
    entries.unshift({ ...deployment, replaces: serving });
    if (!image || !served) continue;
    if (!arrived.includes(image.version)) arrived.push(image.version);
    if (rollback && serving) {
      // Versions that the rollback skipped count as rejected too.
      const from = arrived.indexOf(image.version) + 1;
      for (const version of arrived.slice(from, arrived.indexOf(serving.version) + 1)) rejected.add(version);
    }
    rejected.delete(image.version);
    serving = image;
  }
  return { entries, serving, rejected, unhealthy };
}

/** Adds the health of the version that serves now. In the history, only the next deployment reports it. */
export function withHealthNow(history: DeploymentHistory, now: FleetNow | undefined): DeploymentHistory {
  if (now?.kind !== 'known') return history;
  const index = history.entries.findIndex(({ served }) => served);
  const entry = history.entries[index];
  if (entry?.image?.version !== now.version) return history;
  const { replaced, ended, again } = now.health;
  return {
    ...history,
    entries: history.entries.with(index, { ...entry, health: { replaced, ended, stayedHealthy: !again } }),
  };
}
