import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mostDollars } from './aws/cost';
import { STEPS } from './aws/steps';
import { teardown } from './aws/teardown';
import { Transcript } from './aws/transcript';
import type { Trial } from './aws/trial';
import { root } from './rig/source';

/** The SDK's advice about Node.js versions is not for our users. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const USAGE = `usage: npm run test:aws -- [options]

Tries the whole path in the account and region of your AWS settings: bootstrap, preflight, deployment, a push, a bad push,
a rollback; and removes everything again. It makes resources that cost money. Use an account that has nothing else in it.

  --minutes N        stop after so many minutes, and remove everything (default: 240)
  --dollars N        do not begin if it could cost more (default: 5)
  --transcript FILE  the record (default: transcript.jsonl); docs/transcripts.md says what is in it
  --name NAME        of the application, and the tag Repository of all that is made (default: a random one)
  --remote URL       where to push commits (default: codecommit::REGION://NAME, which needs git-remote-codecommit)
  --every SECONDS    between two looks at something that takes long (default: 15)
  --yes              do not ask before beginning
  --help             show this text

Exit codes: 0 all went well and nothing is left, 1 a step failed or something is left, 2 wrong use.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '240' },
      dollars: { type: 'string', default: '5' },
      transcript: { type: 'string', default: 'transcript.jsonl' },
      name: { type: 'string', default: `trial-${randomBytes(3).toString('hex')}` },
      remote: { type: 'string' },
      every: { type: 'string', default: '15' },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [minutes, dollars, every] = [Number(values.minutes), Number(values.dollars), Number(values.every)];
  if (![minutes, dollars, every].every((number) => number > 0)) {
    console.error('error: --minutes, --dollars and --every are numbers above 0');
    return 2;
  }
  const most = mostDollars(minutes);
  if (most > dollars) {
    console.error(`error: ${minutes} minutes may cost ${most} dollars: raise --dollars, or lower --minutes`);
    return 2;
  }
  const sts = new STSClient({});
  const { Account: account = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const region = await sts.config.region();
  console.log(`${values.name} in ${account}, ${region}: at most ${minutes} minutes and ${most} dollars`);
  if (!values.yes && !(await confirmed(account))) return 2;
  const { accessKeyId, secretAccessKey, sessionToken } = await sts.config.credentials();
  // A remote may hold a password.
  const password = values.remote ? new URL(values.remote).password : '';
  const hidden = [accessKeyId, secretAccessKey, sessionToken ?? '', password].filter(Boolean);
  const file = resolve(values.transcript);
  const trial: Trial = {
    name: values.name,
    account,
    region,
    directory: clone(values.name, account),
    remote: values.remote ?? `codecommit::${region}://${values.name}`,
    transcript: new Transcript(file, { account, hidden }, (line) => console.log(line)),
    good: [],
    everyMs: every * 1000,
    deadline: Date.now() + minutes * 60_000,
  };
  // What the programs that it runs are to use, wherever it came from.
  Object.assign(process.env, { AWS_REGION: region });
  try {
    return await tried(trial, file);
  } finally {
    rmSync(trial.directory, { recursive: true, force: true });
  }
}

/** Takes every step until one fails. In any case it removes everything at the end. */
async function tried(trial: Trial, file: string): Promise<number> {
  const { transcript } = trial;
  let failed = false;
  for (const { name, about, run } of STEPS) {
    transcript.start(name, about);
    try {
      await run(trial);
      transcript.end('done', about);
    } catch (error) {
      failed = true;
      transcript.end('failed', error instanceof Error ? error.message : String(error));
      break;
    }
  }
  transcript.start('teardown', 'removes everything that it made');
  const left = await teardown(trial);
  if (left.length > 0) transcript.end('failed', `left: ${left.join('; ')}`);
  else transcript.end('done', 'nothing is left but the CDK’s bootstrap stack');
  console.log(`the record is in ${file}`);
  return failed || left.length > 0 ? 1 : 0;
}

async function confirmed(account: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Type ${account} to begin: `);
  terminal.close();
  return answer.trim() === account;
}

/** A clone with settings for a trial, one small environment, in place of this project's own. */
function clone(name: string, account: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'trial-'));
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
  git('clone', '--quiet', process.cwd(), '.');
  git('config', 'user.name', 'A trial');
  git('config', 'user.email', `trial@${account}.example.com`);
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  writeFileSync(join(directory, '.git/info/exclude'), 'node_modules\n');
  const file = join(directory, 'infra/settings.ts');
  const settings = `export const settings: Settings = ${JSON.stringify(settingsOf(name), undefined, 2)};\n`;
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace(/export const settings: Settings = \{[\s\S]*?\n\};\n/, () => settings),
  );
  git('commit', '--quiet', '--all', '--message', 'The settings of a trial');
  return directory;
}

const settingsOf = (name: string) => ({
  name,
  source: { repository: name, branch: 'main' },
  image: { architecture: 'arm64', version: '1.0', instanceType: 't4g.small' },
  environments: [
    {
      name: 'dev',
      network: { cidr: '10.0.0.0/16' },
      fleet: { instanceType: 't4g.micro', min: 2, max: 4, batch: 1 },
    },
  ],
});

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
