import autocannon from 'autocannon';
import type { Project } from '../rig/project';
import type { Runtime } from '../rig/runtime';
import { Delivery } from './delivery';

/** A build that prints as fast as it can, and what it does to the rest. */
export interface Noise {
  readonly name: string;
  /** Milliseconds for which the command printed. */
  readonly milliseconds: number;
  /** Of requests at a steady rate while the build ran: milliseconds, and how many failed. */
  readonly p99: number;
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

const RATE = 500;

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
    }, 50);
    project.break('buildspecs/compile.yml', (text) =>
      text.replace('      - npm run build\n', `$&      - ${command}\n`),
    );
    const commitId = project.commit(name);
    runtime.forget();
    project.push(status.repositories[0]?.cloneUrl ?? '');
    // The two builds take both cores at first; the noise comes when one of them has ended.
    await runtime.line(/✔ Build \/ Synth/);
    const load = autocannon({
      ...{ url: status.environments[0]?.url ?? '', connections: 20, overallRate: RATE, duration: 120 },
    });
    await runtime.line(/✔ Build \/ Compile/);
    (load as unknown as autocannon.Instance).stop();
    const { latency, errors, non2xx } = await load;
    clearInterval(watching);
    if ((await runtime.ended()) !== 'succeeded') throw new Error(`${name}: the run did not succeed`);
    const actions = await new Delivery(status).actions(status.pipelines[0]?.name ?? '', commitId);
    const span = actions.flatMap(({ commands }) => commands).find((one) => one.name === command);
    if (!span) throw new Error(`${name}: its command is not in the log`);
    measured.push({
      name,
      milliseconds: span.to - span.from,
      p99: latency.p99,
      failed: errors + non2xx,
      growth: most - before,
    });
    project.repair();
  }
  return measured;
}
