import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runProgram, say } from '../rig/program';
import { Project } from '../rig/project';
import { Random } from '../rig/random';
import { Runtime } from '../rig/runtime';
import { commandOf, processesBelow, tracesLeft } from '../rig/traces';

const USAGE = `usage: npm run kills -- [--count N] [--seed S]

Pushes commits to a local run, and kills its parts at random: the runtime, machines, functions, git. Exits 1 if a later
push fails, if an image version was given twice, or if anything is left after the end.

  --count N  how many kills (default: 100)
  --seed S   which random sequence: a whole number (default: 1)
  --help     show this text`;

/** Kinds of victims, and how their processes are recognized among those that the runtime has started. */
const VICTIMS = {
  runtime: undefined,
  machine: /unshare .*--kill-child .*boot\.sh/,
  function: /bootstrap\.cjs/,
  git: /^git |git-http-backend|git-receive-pack/,
} as const;
type Victim = keyof typeof VICTIMS;

/** The longest pause before a kill: an execution takes some seconds. */
const LONGEST_PAUSE_MS = 3000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const random = new Random(Number(values.seed));
  const project = new Project({ quickBuilds: true });
  const runtime = new Runtime(project);
  const killed: Record<Victim, number> = { runtime: 0, machine: 0, function: 0, git: 0 };
  try {
    const first = await runtime.start();
    if (first !== 'succeeded') throw new Error(`the first run ${first}:\n${runtime.output}`);
    for (let number = 0; number < Number(values.count); ) {
      if (random.whole(0, 2) > 0) await runtime.push(`Push ${number}`).catch(() => undefined);
      await wait(random.whole(0, LONGEST_PAUSE_MS));
      const victim = random.pick(Object.keys(VICTIMS) as Victim[]);
      const done = victim === 'git' ? await killPush({ project, runtime }) : await kill(victim, runtime, random);
      if (!done) continue;
      killed[victim]++;
      number++;
      if (number % 10 === 0) say(`${number} kills: ${JSON.stringify(killed)}`);
    }
    await deliverLast(runtime);
    const faults = [...(await repeatedVersions(runtime)), ...(await remains(runtime))];
    for (const fault of faults) console.log(`fault: ${fault}`);
    console.log(`${JSON.stringify(killed)} killed, ${faults.length} faults; seed ${values.seed}`);
    if (faults.length > 0) process.exitCode = 1;
  } catch (error) {
    console.log(runtime.output);
    throw error;
  } finally {
    await runtime.remove();
    project.remove();
  }
}

/** Kills git while it receives a push. Resolves with false if the push was faster. */
async function killPush({ project, runtime }: { project: Project; runtime: Runtime }): Promise<boolean> {
  const cloneUrl = (await runtime.status()).repositories[0]?.cloneUrl ?? '';
  project.commit('A push that is killed');
  const push = spawn('git', ['push', '--quiet', cloneUrl, 'HEAD:main'], { cwd: project.directory, stdio: 'ignore' });
  let killed = false;
  while (push.exitCode === null && !killed) {
    for (const pid of processesBelow(runtime.pid).filter((one) => VICTIMS.git.test(commandOf(one)))) {
      killed = signal(pid) || killed;
    }
    await wait(1);
  }
  if (push.exitCode === null) await once(push, 'close');
  return killed;
}

/** Resolves with false if nothing of the kind runs now. */
async function kill(victim: Victim, runtime: Runtime, random: Random): Promise<boolean> {
  const pattern = VICTIMS[victim];
  if (pattern === undefined) {
    await runtime.kill();
    runtime.begin();
    await runtime.line(/^push to run it again|^endpoint /);
    return true;
  }
  const found = processesBelow(runtime.pid).filter((pid) => pattern.test(commandOf(pid)));
  if (found.length === 0) return false;
  return signal(random.pick(found));
}

/** Kills a process. Returns false if it has just ended by itself. */
function signal(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** An execution that was under way may fail, because parts of it were killed. A later push must not. */
async function deliverLast(runtime: Runtime): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const ended = await runtime.deliver(`The last, attempt ${attempt}`);
    say(`the last push, attempt ${attempt}: ${ended}`);
    if (ended === 'succeeded') return;
  }
  throw new Error(`no push succeeds any more:\n${runtime.output}`);
}

async function repeatedVersions(runtime: Runtime): Promise<string[]> {
  const { images } = (await runtime.status()) as { images: readonly { version: string }[] };
  const versions = images.map(({ version }) => version);
  return versions.filter((version, index) => versions.indexOf(version) < index).map((version) => `${version} twice`);
}

async function remains(runtime: Runtime): Promise<string[]> {
  const { state } = runtime;
  await runtime.run('down');
  const { processes, mounts } = await tracesLeft(state, { namespaces: [], inhabitants: new Set() });
  const machines = readdirSync(join(state, 'sandboxes', 'machines'));
  return [
    ...processes.map((process) => `process ${process}`),
    ...machines.map((name) => `directory of the machine ${name}`),
    ...mounts.map((mount) => `mount ${mount}`),
    ...(existsSync(join(state, 'runtime.json')) ? ['the record of the runtime'] : []),
  ];
}

runProgram(main);
