import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_STABLE_SECONDS } from '../local/commands/command-table';
import { nginxThroughput, throughput } from './bench/balancer';
import { Delivery } from './bench/delivery';
import { growth } from './bench/growth';
import { noises } from './bench/noise';
import { stackTimes } from './bench/stacks';
import { stageTimes } from './bench/stages';
import {
  balancerReport,
  type First,
  firstReport,
  growthReport,
  type Measured,
  noiseReport,
  report,
  stackReport,
} from './bench/table';
import { say } from './rig/program';
import { Project } from './rig/project';
import { Runtime } from './rig/runtime';

/**
 * Measures pushes on a warm start: how long from `git push` until every instance serves the new version, and how much of
 * it is the engine's own. Prints figures; a slow run is no failure.
 */
async function main(): Promise<void> {
  const { pushes, only } = options();
  const project = new Project();
  const runtime = new Runtime(project);
  try {
    say('the first run, which fills the caches …');
    const first = await firstRun(runtime);
    if (only('start')) console.log(`\n${firstReport(first).join('\n')}`);
    if (only('pushes')) await benchPushes(project, runtime, pushes);
    if (only('balancer')) {
      say('the load balancer …');
      const own = await throughput((await runtime.status()).environments[0]?.url ?? '');
      console.log(`\n${balancerReport(own, await nginxThroughput(runtime.state)).join('\n')}`);
    }
    if (only('stacks')) {
      say('stacks …');
      console.log(`\n${stackReport(await stackTimes([100, 400])).join('\n')}`);
    }
    if (only('builds')) {
      say('builds that print much …');
      const pid = runtimePid(runtime);
      const memory = () => memoryOf(pid);
      console.log(`\n${noiseReport(await noises({ project, runtime, memory })).join('\n')}`);
    }
    if (only('past')) {
      say('a long past …');
      console.log(`\n${growthReport(await growth(project, runtime)).join('\n')}`);
    }
  } finally {
    await within(MINUTE, 'the end', runtime.remove()).catch(() => runtime.kill());
    project.remove();
  }
}

const PARTS = ['start', 'pushes', 'balancer', 'stacks', 'builds', 'past'] as const;
type Part = (typeof PARTS)[number];

/** `--pushes N`: how many are measured. `--only PART`, once or more: what is measured. */
function options(): { pushes: number; only(part: Part): boolean } {
  const { values } = parseArgs({
    options: {
      pushes: { type: 'string', default: '3' },
      only: { type: 'string', multiple: true, default: [...PARTS] },
    },
  });
  const pushes = Number(values.pushes);
  if (!Number.isInteger(pushes) || pushes < 1) throw new Error(`--pushes ${values.pushes} is no whole number above 0`);
  const unknown = values.only.find((part) => !PARTS.includes(part as Part));
  if (unknown !== undefined) throw new Error(`--only ${unknown} is none of ${PARTS.join(', ')}`);
  return { pushes, only: (part) => values.only.includes(part) };
}

async function firstRun(runtime: Runtime): Promise<First> {
  const begun = Date.now();
  const start = runtime.start('--stable-seconds', String(DEFAULT_STABLE_SECONDS));
  expectSuccess(await within(5 * MINUTE, 'the first run', start));
  const fleet = Date.now() - begun - DEFAULT_STABLE_SECONDS * 1000;
  const synthesis = /✔ synthesize +(.*\w)/.exec(runtime.output)?.[1] ?? 'unknown';
  const state = { all: sizeOf(runtime.state), caches: sizeOf(join(runtime.state, 'builds')) };
  return { fleet, synthesis, state };
}

/** Bytes on disk, as `du` counts them. */
function sizeOf(directory: string): number {
  return Number(execFileSync('du', ['--summarize', '--bytes', directory], { encoding: 'utf8' }).split('\t')[0]);
}

async function benchPushes(project: Project, runtime: Runtime, pushes: number): Promise<void> {
  const runs: Measured[] = [];
  for (let push = 1; push <= pushes; push++) {
    const measured = await within(2 * MINUTE, `push ${push}`, measure(project, runtime, push));
    const total = measured.stages.reduce((sum, stage) => sum + stage.total, 0);
    say(`push ${push} of ${pushes}: ${(total / 1000).toFixed(2)} s`);
    runs.push(measured);
  }
  console.log(`\n${report(runs, DEFAULT_STABLE_SECONDS * 1000).join('\n')}`);
}

const MINUTE = 60_000;

async function measure(project: Project, runtime: Runtime, push: number): Promise<Measured> {
  const before = await runtime.status();
  const pid = runtimePid(runtime);
  project.edit('app-src/src/application.ts', (text) => `${text}\n// Push ${push}.\n`);
  const commitId = project.commit(`Push ${push}`);
  runtime.forget();
  const processorBefore = processorTime(pid);
  const pushed = Date.now();
  project.push(before.repositories[0]?.cloneUrl ?? '');
  expectSuccess(await runtime.ended());
  const processor = processorTime(pid) - processorBefore;
  await expectServed(runtime, commitId);
  const actions = await new Delivery(before).actions(before.pipelines[0]?.name ?? '', commitId);
  return { stages: stageTimes(pushed, actions), processor, memory: memoryOf(pid) };
}

/** Waits until every instance is in service with the new version, and every answer shows it. */
async function expectServed(runtime: Runtime, commitId: string): Promise<void> {
  for (const { name, url, imageVersion, instances } of (await runtime.status()).environments) {
    const old = instances.filter(
      (instance) => instance.state !== 'InService' || instance.imageVersion !== imageVersion,
    );
    if (old.length > 0)
      throw new Error(`${name} has instances that do not serve ${imageVersion}: ${JSON.stringify(old)}`);
    for (let asked = 0; asked < 2 * instances.length; asked++) {
      const answer = await (await fetch(url)).text();
      if (!answer.includes(commitId)) throw new Error(`${url} does not serve ${commitId}: ${answer}`);
    }
  }
}

function expectSuccess(end: string): void {
  if (end !== 'succeeded') throw new Error(`the run ${end}`);
}

function within<T>(milliseconds: number, what: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${what} takes more than ${milliseconds / 1000} s`)), milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(limit));
  });
}

/** The process that the runtime itself says it is: what starts it has one of its own. */
function runtimePid({ state }: Runtime): number {
  return (JSON.parse(readFileSync(join(state, 'runtime.json'), 'utf8')) as { pid: number }).pid;
}

/** User and system time so far, in milliseconds: fields 14 and 15 of /proc/PID/stat, in hundredths of a second. */
function processorTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** In bytes. */
function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
