import { parseArgs } from 'node:util';
import { DEFAULT_STABLE_SECONDS } from '../local/commands/command-table';
import { runProgram, say } from './rig/program';
import { Project } from './rig/project';
import { Random } from './rig/random';
import { Runtime } from './rig/runtime';
import { Fleets } from './soak/fleets';
import { Soak } from './soak/soak';

const USAGE = `usage: npm run soak -- [--minutes N] [--seed S] [--rate R]

Pushes random good and bad commits to a local run and resizes its fleets at random, under load.
Exits 1 if a good commit failed, a bad one succeeded, or a request was lost that no commit explains.

  --minutes N  how long (default: 30)
  --seed S     which random sequence: a whole number (default: 1)
  --rate R     requests per second, over all environments (default: 200)
  --help       show this text`;

const ENVIRONMENTS = `environments: [
    {
      name: 'dev',
      network: { cidr: '10.0.0.0/16' },
      fleet: { instanceType: 't4g.micro', min: 2, max: 4, batch: 1 },
    },
    {
      name: 'prod',
      network: { cidr: '10.1.0.0/16' },
      fleet: { instanceType: 't4g.micro', min: 2, max: 4, batch: 1 },
      strategy: 'instance-refresh',
    },
  ],`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      rate: { type: 'string', default: '200' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const minutes = positive('--minutes', values.minutes);
  const seed = positive('--seed', values.seed);
  const rate = positive('--rate', values.rate);

  const project = new Project();
  project.edit('infra/settings.ts', (text) => text.replace(/environments: \[.*\n {2}\],/s, ENVIRONMENTS));
  project.commit('Two environments');
  const runtime = new Runtime(project);
  try {
    say('the first run, which fills the caches …');
    const first = await runtime.start('--stable-seconds', String(DEFAULT_STABLE_SECONDS));
    if (first !== 'succeeded') throw new Error(`the first run ${first}:\n${runtime.output}`);
    const soak = new Soak({ project, runtime, fleets: new Fleets(runtime), random: new Random(seed) }, say);
    const result = await soak.until(Date.now() + minutes * 60_000, rate);
    for (const fault of result.faults) console.log(`fault: ${fault}`);
    console.log(
      `${result.pushes} pushes, ${result.resizes} resizes, ${result.requests} requests` +
        ` (${result.excused} lost to commits that fail late), ${result.faults.length} faults; seed ${seed}`,
    );
    if (result.faults.length > 0) process.exitCode = 1;
  } finally {
    await runtime.remove();
    project.remove();
  }
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${option} ${text}: give a number above 0`);
  return value;
}

runProgram(main);
