import type { Throughput } from './balancer';
import { EXECUTIONS, IMAGES, type Waits } from './growth';
import { NOISE_RATE, type Noise } from './noise';
import type { StackTime } from './stacks';
import type { StageTime } from './stages';

/** Measurements of one push. */
export interface Measured {
  readonly stages: readonly StageTime[];
  /** Milliseconds of processor that the runtime's own process used. */
  readonly processor: number;
  /** Bytes that the runtime's process holds in memory, with every environment in service. */
  readonly memory: number;
}

/** The first run on a new state. */
export interface First {
  /** Milliseconds from the command to the end of the run. */
  readonly fleet: number;
  /** As the runtime tells it. */
  readonly synthesis: string;
  /** Bytes on disk. */
  readonly state: { readonly all: number; readonly caches: number };
}

const LIMIT_SECONDS = 3;

/**
 * Returns the result, as lines for a person. Every figure is the median over the pushes. `watch` is the time, in
 * milliseconds, for which Verify watches each new fleet on purpose: it is part of the functions' time, and shown apart.
 */
export function report(runs: readonly Measured[], watch: number): string[] {
  const names = runs[0]?.stages.map(({ name }) => name) ?? [];
  const rows = names.map((name, index) =>
    row(
      name,
      runs.map(({ stages }) => stages[index]!),
    ),
  );
  const sums = runs.map(({ stages }) => stages.reduce(add));
  const total = row('all', sums);
  const least = Math.min(...sums.map((sum) => sum.total));
  const most = Math.max(...sums.map((sum) => sum.total));
  const watched = watch * names.filter((name) => name.startsWith('roll ')).length;
  const unwatched = median(sums.map((sum) => sum.total)) - watched;
  return [
    `commit to all instances serving it: ${seconds(median(sums.map((sum) => sum.total)))}` +
      ` (median of ${runs.length}, ${seconds(least)} to ${seconds(most)})`,
    `without the ${seconds(watched)} in which Verify watches the new fleets: ${seconds(unwatched)},` +
      ` ${(unwatched / median(sums.map((sum) => sum.commands))).toFixed(2)} x your commands (limit 1.25)`,
    '',
    ...table([['stage', 'all', 'your commands', '', 'functions', '', 'engine', ''], ...rows, total]),
    '',
    'your commands',
    ...parts(runs).map(([name, milliseconds]) => `  ${seconds(milliseconds).padStart(8)}  ${name}`),
    '',
    `the runtime's process: ${Math.round(median(runs.map(({ memory }) => memory)) / 2 ** 20)} MiB of memory (limit 200),` +
      ` ${seconds(median(runs.map(({ processor }) => processor)))} of processor time for a push`,
    `engine overhead ${seconds(median(sums.map((sum) => sum.engine)))} (limit ${LIMIT_SECONDS} s)`,
  ];
}

/** Returns how long a person waits for the first fleet, and how large what it leaves is. */
export function firstReport({ fleet, synthesis, state }: First): string[] {
  return [
    `first fleet: ${seconds(fleet)} (limit 20 s), of which synthesis ${synthesis} (limit 1.5 s)`,
    `the state after it: ${megabytes(state.all)}, of which ${megabytes(state.caches)} are the packages that builds have installed`,
  ];
}

/** Returns how fast the load balancer passes requests on, beside nginx where that is measured. */
export function balancerReport(own: Throughput, nginx: Throughput | undefined): string[] {
  const line = (name: string, { perSecond, p99, failed }: Throughput) =>
    `${name}: ${Math.round(perSecond)} requests/s, p99 ${p99} ms, ${failed} failed`;
  if (!nginx) return [line('load balancer', own), 'nginx is not installed: nothing to compare with'];
  const ratio = (own.perSecond / nginx.perSecond).toFixed(2);
  return [
    line('load balancer', own),
    line('nginx before the same servers', nginx),
    `${ratio} x the requests of nginx (limit 0.6), ${(own.p99 / nginx.p99).toFixed(1)} x its p99 (limit 3)`,
  ];
}

/** Returns what builds that print as fast as they can do to the rest. */
export function noiseReport(noises: readonly Noise[]): string[] {
  return noises.map(
    ({ name, milliseconds, p99, failed, growth }) =>
      `a build prints ${name}: ${seconds(milliseconds)} (limit 20 s); beside it ${NOISE_RATE} requests/s, p99 ${p99} ms (limit 50),` +
      ` ${failed} failed; ${Math.round(growth / 2 ** 20)} MiB more memory (limit 50)`,
  );
}

/** Returns how long stacks of independent resources take. */
export function stackReport(times: readonly StackTime[]): string[] {
  const limits: Record<number, string> = { 100: ' (limit 0.1 s)', 400: ' (limit 0.33 s)' };
  return times.map(
    ({ resources, milliseconds }) =>
      `a stack of ${resources} SSM parameters: ${seconds(milliseconds)}${limits[resources] ?? ''}`,
  );
}

/** Returns what a person waits for with a long past, against a state without one. */
export function growthReport({ fresh, grown }: { fresh: Waits; grown: Waits }): string[] {
  return [
    `with ${EXECUTIONS} executions and ${IMAGES} images, against a state with one of each (limit 1.5 x)`,
    ...table(
      (['start', 'status', 'history'] as const).map((what) => [
        what,
        seconds(grown[what]),
        seconds(fresh[what]),
        `${(grown[what] / fresh[what]).toFixed(2)} x`,
      ]),
    ),
  ];
}

function row(name: string, times: readonly StageTime[]): string[] {
  const total = median(times.map((time) => time.total));
  const shares = (['commands', 'functions', 'engine'] as const).flatMap((kind) => {
    const value = median(times.map((time) => time[kind]));
    return value < 0.5 ? ['–', ''] : [seconds(value), `${Math.round((100 * value) / total)} %`];
  });
  return [name, seconds(total), ...shares];
}

function add(a: StageTime, b: StageTime): StageTime {
  return {
    name: 'all',
    total: a.total + b.total,
    commands: a.commands + b.commands,
    functions: a.functions + b.functions,
    engine: a.engine + b.engine,
    parts: [],
  };
}

/** Each of the user's commands by name, longest first. One that runs several times in a push counts as often. */
function parts(runs: readonly Measured[]): [string, number][] {
  const sums = runs.map(({ stages }) => {
    const sum = new Map<string, number>();
    for (const { name, parts } of stages)
      for (const part of parts) {
        const key = `${name}: ${part.name}`;
        sum.set(key, (sum.get(key) ?? 0) + part.milliseconds);
      }
    return sum;
  });
  const names = [...new Set(sums.flatMap((sum) => [...sum.keys()]))];
  const medians = names.map((name): [string, number] => [name, median(sums.map((sum) => sum.get(name) ?? 0))]);
  return medians.sort(([, a], [, b]) => b - a);
}

/** Columns as wide as they need; the first to the left, figures to the right. */
function table(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
