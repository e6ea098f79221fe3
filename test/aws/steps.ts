import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endOf, quiet } from './executions';
import { expectCommit, urlOf, Watch } from './service';
import { run, type Trial } from './trial';

export interface Step {
  readonly name: string;
  readonly about: string;
  run(trial: Trial): Promise<void>;
}

const PIPELINE = ['node', 'bin/server-pipeline.js'] as const;
const cdk = (trial: Trial, ...args: string[]) => run(trial, ['node_modules/.bin/cdk', ...args, '--no-notices', '--ci']);

const deploy = (trial: Trial, ...what: string[]) =>
  cdk(trial, 'deploy', ...what, '--require-approval', 'never', '--tags', `Repository=${trial.name}`);

/** Every step, in order, as a person would take it by the README. */
export const STEPS: readonly Step[] = [
  {
    name: 'preflight',
    about: 'looks whether all that follows would work, before anything is changed',
    run: preflight,
  },
  {
    name: 'bootstrap',
    about: 'prepares the account for the CDK',
    run: async (trial) => void (await cdk(trial, 'bootstrap', `aws://${trial.account}/${trial.region}`)),
  },
  {
    name: 'deploy',
    about: 'makes repository, environment and pipeline, and pushes the first commit in between',
    async run(trial) {
      await deploy(trial, 'repository');
      await push(trial);
      await deploy(trial, '--all');
    },
  },
  {
    name: 'first run',
    about: 'the pipeline, which starts by itself, brings up a fleet',
    async run(trial) {
      await rolledOut(trial, head(trial));
    },
  },
  {
    name: 'push',
    about: 'a commit is rolled out, and every request is answered meanwhile',
    async run(trial) {
      const watch = new Watch(await urlOf(trial), Math.min(trial.everyMs, 1000));
      commit(trial, 'A change', 'app-src/src/application.ts', ["GREETING = 'Hello'", "GREETING = 'Good day'"]);
      await push(trial);
      await rolledOut(trial, head(trial));
      const { asked, lost } = await watch.stop();
      if (lost > 0) throw new Error(`${lost} of ${asked} requests were not answered with 200`);
      trial.transcript.note(`${asked} requests were answered with 200, and none otherwise`);
    },
  },
  {
    name: 'bad push',
    about: 'a commit whose servers do not start fails, and the version before serves on',
    async run(trial) {
      const line = 'const application = createApplication(identity);';
      const crash = `if (identity.environment === 'dev') process.exit(1);\n  ${line}`;
      commit(trial, 'A mistake', 'app-src/src/server.ts', [line, crash]);
      await push(trial);
      const end = await endOf(trial, head(trial));
      if (end !== 'Failed') throw new Error(`the execution of a bad commit ended with ${end}`);
      await quiet(trial);
      await run(trial, [...PIPELINE, 'explain', '--pipeline', trial.name]);
      await expectCommit(trial, trial.good.at(-1)!);
    },
  },
  {
    name: 'rollback',
    about: 'a person goes back to the version before',
    async run(trial) {
      const to = ['dev', '--wait', '--yes', '--pipeline', trial.name];
      await run(trial, [...PIPELINE, 'rollback', ...to]);
      await expectCommit(trial, trial.good.at(-2)!);
    },
  },
];

interface Found {
  readonly check: string;
  readonly status: string;
  readonly text: string;
}

/** Throws if there is a problem that the next step does not solve. */
async function preflight(trial: Trial): Promise<void> {
  const said = await run(trial, [...PIPELINE, 'preflight', '--json'], { mayFail: true });
  const found = JSON.parse(said.join('\n')) as Found[];
  for (const { check, status, text } of found) trial.transcript.note(`${status}: ${check}: ${text}`);
  const problems = found.filter(({ check, status }) => status === 'problem' && check !== 'CDK bootstrap');
  if (problems.length > 0) throw new Error(problems.map(({ check, text }) => `${check}: ${text}`).join('; '));
}

/** Waits until the execution of a commit has succeeded, and the environment serves it. */
async function rolledOut(trial: Trial, id: string): Promise<void> {
  const end = await endOf(trial, id);
  if (end === 'Succeeded') {
    trial.good.push(id);
    return await expectCommit(trial, id);
  }
  await run(trial, [...PIPELINE, 'explain', '--pipeline', trial.name]);
  throw new Error(`the execution of ${id.slice(0, 8)} ended with ${end}`);
}

const git = (trial: Trial, ...args: string[]) =>
  execFileSync('git', args, { cwd: trial.directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

const head = (trial: Trial) => git(trial, 'rev-parse', 'HEAD');

async function push(trial: Trial): Promise<void> {
  await run(trial, ['git', 'push', '--quiet', trial.remote, 'HEAD:main']);
}

/** Changes one text in one file, and commits the change. */
function commit(trial: Trial, message: string, file: string, [from, to]: [string, string]): void {
  const path = join(trial.directory, file);
  const before = readFileSync(path, 'utf8');
  if (!before.includes(from)) throw new Error(`${file} does not have ${from}`);
  writeFileSync(path, before.replace(from, to));
  git(trial, 'commit', '--quiet', '--all', '--message', message);
  trial.transcript.note(`commit ${head(trial).slice(0, 8)}: ${message}`);
}
