import { underLoad } from '../rig/load';
import type { Project } from '../rig/project';
import type { Runtime } from '../rig/runtime';
import { Delivery } from './delivery';

/** A build that prints as fast as it can, and its effect on other work. */
export interface Noise {
  readonly name: string;
  /** Milliseconds for which the command printed. */
  readonly milliseconds: number;
  /** Milliseconds within which 99 of 100 requests were answered while the build ran. */
  readonly p99: number;
  /** Requests that failed meanwhile. */
  readonly failed: number;
  /** Bytes of memory that the runtime held at most, above what it held before. */
  readonly growth: number;
}

const NOISES = [
  {
    name: '200 MB in lines',
    command: "yes 'a line of a build as long as many others are, about eighty characters in all' | head -c 200000000",
  },
  { name: '100 MB without an end of line', command: "head -c 100000000 /dev/zero | tr '\\0' x" },
] as const;

/** Requests per second beside the noise. */
export const NOISE_RATE = 500;

export interface NoiseOptions {
  readonly project: Project;
  readonly runtime: Runtime;
  /** Bytes that the runtime's process holds now. */
  memory(): number;
}

/** Delivers a commit whose build prints one noise after the other, under a steady load. */
export async function noises({ project, runtime, memory }: NoiseOptions): Promise<Noise[]> {
  const measured: Noise[] = [];
  for (const { name, command } of NOISES) {
    const status = await runtime.status();
    const before = memory();
    let most = before;
    const watching = setInterval(() => {
      most = Math.max(most, memory());
    }, 50).unref();
    project.break('buildspecs/compile.yml', (text) =>
      text.replace('      - npm run build\n', `$&      - ${command}\n`),
    );
    const commitId = project.commit(name);
    runtime.forget();
    project.push(status.repositories[0]?.cloneUrl ?? '');
    // The two builds take both cores at first; the noise comes when one of them has ended.
    await runtime.line(/✔ Build \/ Synth/);
    const url = status.environments[0]?.url ?? '';
    const { load } = await underLoad(url, NOISE_RATE, () => runtime.line(/✔ Build \/ Compile/));
    clearInterval(watching);
    if ((await runtime.ended()) !== 'succeeded') throw new Error(`${name}: the run did not succeed`);
    const actions = await new Delivery(status).actions(status.pipelines[0]?.name ?? '', commitId);
    const span = actions.flatMap(({ commands }) => commands).find((one) => one.name === command);
    if (!span) throw new Error(`${name}: its command is not in the log`);
    measured.push({
      name,
      milliseconds: span.to - span.from,
      p99: load.p99,
      failed: load.failed,
      growth: most - before,
    });
    project.repair();
  }
  return measured;
}
