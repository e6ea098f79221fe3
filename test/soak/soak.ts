import { setTimeout as wait } from 'node:timers/promises';
import type { Project } from '../rig/project';
import type { Random } from '../rig/random';
import type { Runtime, Status } from '../rig/runtime';
import { CHANGES, type Change, LAST } from './changes';
import type { Fleets } from './fleets';
import { Load, type Lost } from './load';

export interface SoakResult {
  readonly pushes: number;
  readonly resizes: number;
  readonly requests: number;
  /** Requests lost to commits that may lose some. */
  readonly excused: number;
  /** Faults of the product. Empty after a good soak. */
  readonly faults: readonly string[];
}

/** A time during which `environment` may lose requests: servers of a commit that fails late are in it. */
interface Excuse {
  readonly environment: string;
  readonly from: number;
  to: number;
}

const SETTLE_MS = 3 * 60_000;
const FEWEST = 2;
const MOST = 4;

/** Pushes random changes and resizes fleets at random, under load, and judges every end. */
export class Soak {
  private readonly faults: string[] = [];
  private readonly excuses: Excuse[] = [];
  private pushes = 0;
  private resizes = 0;
  private good = '';

  constructor(
    private readonly run: { project: Project; runtime: Runtime; fleets: Fleets; random: Random },
    private readonly say: (line: string) => void,
  ) {}

  /** Soaks until `deadline` (milliseconds since 1970), then pushes one good change more. */
  async until(deadline: number, rate: number): Promise<SoakResult> {
    const environments = (await this.run.runtime.status()).environments;
    this.good = environments[0]?.imageVersion ?? '';
    const loads = environments.map(
      ({ name, url }) => new Load({ environment: name, url, rate: rate / environments.length }),
    );
    while (Date.now() < deadline) await this.step(this.run.random.pick(CHANGES));
    await this.step(LAST);
    await Promise.all(loads.map((load) => load.stop()));
    const lost = loads.flatMap((load) => load.lost);
    const unexcused = lost.filter((one) => !this.isExcused(one));
    for (const [what, count] of counted(unexcused)) this.faults.push(`${count} lost requests: ${what}`);
    return {
      pushes: this.pushes,
      resizes: this.resizes,
      requests: loads.reduce((sum, { requests }) => sum + requests, 0),
      excused: lost.length - unexcused.length,
      faults: this.faults,
    };
  }

  /** Pushes one change, resizes a fleet at some moment of its run, and judges the end. */
  private async step(change: Change): Promise<void> {
    const { project, runtime } = this.run;
    const label = `push ${++this.pushes} (${change.name})`;
    const begun = Date.now();
    project.repair();
    change.make(project);
    await runtime.push(`${label}\n`);
    const resizing = this.resizeAtSomeMoment(label);
    const ended = await runtime.ended();
    const desired = await resizing;
    const output = runtime.output;
    if (change.losesRequests) await this.excuse(output, begun);
    if (change.ends !== 'either' && ended !== change.ends) {
      this.faults.push(`${label} ${ended}; it must have ${change.ends}:\n${output}`);
    }
    this.say(`${label} ${ended}, ${((Date.now() - begun) / 1000).toFixed(0)} s`);
    await this.settled(label, { ended, change, desired });
  }

  private async resizeAtSomeMoment(label: string): Promise<{ environment: string; servers: number } | undefined> {
    const { random, runtime, fleets } = this.run;
    const [chosen, servers, moment] = [random.next() < 0.5, random.whole(FEWEST, MOST), random.whole(0, 10_000)];
    const environment = random.pick((await runtime.status()).environments).name;
    if (!chosen) return undefined;
    await wait(moment);
    await fleets.resize(environment, servers);
    this.resizes++;
    this.say(`  ${label}: ${environment} is to have ${servers} servers`);
    return { environment, servers };
  }

  /** Waits until nothing is in progress, and checks the version that serves then. */
  private async settled(
    label: string,
    { ended, change, desired }: { ended: string; change: Change; desired?: { environment: string; servers: number } },
  ): Promise<void> {
    const { runtime, fleets } = this.run;
    const limit = Date.now() + SETTLE_MS;
    const spoiled = change.losesRequests && ended === 'succeeded';
    let status = await runtime.status();
    while (!isQuiet(status, spoiled)) {
      if (Date.now() > limit) {
        this.faults.push(`${label}: the fleets did not come to rest: ${JSON.stringify(status.environments)}`);
        return;
      }
      await wait(500);
      status = await runtime.status();
    }
    if (desired && (await fleets.desired(desired.environment)) !== desired.servers) {
      const found = await fleets.desired(desired.environment);
      this.faults.push(`${label}: ${desired.environment} wants ${found} servers; a person had set ${desired.servers}`);
    }
    if (spoiled) return;
    for (const excuse of this.excuses) excuse.to = Math.min(excuse.to, Date.now());
    if (ended === 'succeeded') this.good = status.environments[0]?.imageVersion ?? '';
    for (const { name, imageVersion } of status.environments) {
      if (ended === 'succeeded' && imageVersion !== this.good)
        this.faults.push(`${label} succeeded, and ${name} serves ${imageVersion}, not ${this.good}`);
    }
  }

  private async excuse(output: string, from: number): Promise<void> {
    for (const { name } of (await this.run.runtime.status()).environments) {
      if (output.includes(`${name} / Roll`))
        this.excuses.push({ environment: name, from, to: Number.POSITIVE_INFINITY });
    }
  }

  private isExcused({ environment, at }: Lost): boolean {
    return this.excuses.some((excuse) => excuse.environment === environment && excuse.from <= at && at <= excuse.to);
  }
}

function isQuiet({ pipelines, environments }: Status, spoiled: boolean): boolean {
  const running = pipelines.some(({ latestExecution }) => /InProgress|Stopping/.test(latestExecution?.status ?? ''));
  if (running) return false;
  // Instances of a commit that crashes again and again never become stable.
  if (spoiled) return true;
  return environments.every(
    ({ imageVersion, instances }) =>
      imageVersion !== undefined && instances.length > 0 && instances.every(({ state }) => state === 'InService'),
  );
}

/** Counts each kind of loss. */
function counted(lost: readonly Lost[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { environment, at, reason } of lost) {
    const key = `${environment} ${reason} at ${new Date(at).toISOString().slice(11, 19)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
