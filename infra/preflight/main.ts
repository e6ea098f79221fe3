import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { localSettings, useSettings } from '../../cli/local-settings';
import { Refusal, WrongUse } from '../../cli/refusal';
import { declareStacks, plainApp } from '../app';
import { readSettings } from '../settings';
import { SettingsMistake } from '../settings/mistakes';
import type { Place } from '../settings/places';
import { awsLook } from './aws-look';
import { type Checked, preflight } from './preflight';
import { placesOf, subjectOf } from './subject';

/** The SDK's advice about Node.js versions is not for our users. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const USAGE = `usage: npm run preflight -- [options]

Looks whether a deployment and the next push would work, before anything is changed: at the account and region of the
pipeline, and at those of the environments that these credentials reach. It only reads.

  --local[=DIR]  the run on this machine, with its state in DIR (default: as npm start)
  --json         print one JSON value
  --help         show this text

It asks AWS with your settings: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL and what else the AWS SDK knows.
Exit codes: 0 no problem, 1 a problem, 2 wrong use.`;

interface Found extends Checked {
  readonly place: Place;
}

const LABELS = { ok: 'ok', warning: 'warning', problem: 'problem', unknown: 'could not look' } as const;

async function main(argv: readonly string[]): Promise<number> {
  const { help, json, local } = options(argv);
  if (help) {
    print(USAGE);
    return 0;
  }
  if (local !== undefined) useSettings(await localSettings(local));
  const say = json ? () => undefined : print;
  const found = await look(say);
  const count = (status: keyof typeof LABELS) => found.filter((one) => one.status === status).length;
  if (json) print(JSON.stringify(found, undefined, 2));
  say('');
  const each = [counted(count('problem'), 'problem'), counted(count('warning'), 'warning')];
  say(`${each.join(', ')}, ${count('unknown')} could not be looked at`);
  return count('problem') > 0 ? 1 : 0;
}

async function look(say: (line: string) => void): Promise<Found[]> {
  const directory = mkdtempSync(join(tmpdir(), 'preflight-'));
  const found: Found[] = [];
  try {
    const app = plainApp(directory);
    const settings = readSettings(app.node);
    const here = await whereAmI();
    const home = { account: settings.account ?? here.account, region: settings.region ?? here.region };
    declareStacks(app, settings);
    const assembly = app.synth();
    for (const place of placesOf(settings, home)) {
      say(`\n${settings.name} in ${place.account}, ${place.region}\n`);
      const keep = (checked: Checked) => {
        found.push({ place, ...checked });
        say(line(checked));
      };
      if (place.account !== here.account) keep(notReached(place, here));
      else await preflight(subjectOf(settings, { assembly, place, home }, awsLook(place.region)), keep);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return found;
}

function notReached(place: Place, here: Place): Checked {
  return {
    check: 'credentials',
    status: 'unknown',
    text: `these credentials are those of ${here.account}`,
    remedy: `with credentials of ${place.account}: npm run preflight`,
  };
}

/** The account of the credentials, and the region of the settings for AWS. */
async function whereAmI(): Promise<Place> {
  const sts = new STSClient({});
  try {
    const [{ Account: account = '' }, region] = await Promise.all([
      sts.send(new GetCallerIdentityCommand({})),
      sts.config.region(),
    ]);
    return { account, region };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Refusal(`AWS does not know who asks: ${said} (set AWS_PROFILE, AWS_REGION)`);
  }
}

function line({ check, status, text, remedy }: Checked): string {
  const first = `${LABELS[status].padEnd(14)}  ${check.padEnd(16)}  ${text}`;
  return remedy ? `${first}\n${' '.repeat(34)}→ ${remedy}` : first;
}

function options(argv: readonly string[]): { help: boolean; json: boolean; local: string | undefined } {
  // `--local` alone means this project's own state.
  const args = argv.map((word) => (word === '--local' ? '--local=' : word));
  const known = { help: { type: 'boolean' }, json: { type: 'boolean' }, local: { type: 'string' } } as const;
  try {
    const { values } = parseArgs({ args, options: known, strict: true });
    return { help: values.help ?? false, json: values.json ?? false, local: values.local };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new WrongUse(`${said.split('. ')[0]}; see npm run preflight -- --help`);
  }
}

const counted = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // What a person can do something about is one line; anything else is our bug, and its place matters.
    const expected = error instanceof Refusal || error instanceof WrongUse || error instanceof SettingsMistake;
    process.stderr.write(`${expected ? `error: ${error.message}` : error instanceof Error ? error.stack : error}\n`);
    process.exitCode = error instanceof WrongUse ? 2 : 1;
  },
);
