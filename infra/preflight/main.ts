import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Request } from '../../cli/command';
import { printedCommand } from '../../cli/printed-command';
import { Refusal } from '../../cli/refusal';
import { declareStacks, plainApp } from '../app';
import { readSettings } from '../settings';
import { SettingsMistake } from '../settings/mistakes';
import type { Place } from '../settings/places';
import { awsLook } from './aws-look';
import { type Checked, preflight } from './preflight';
import { placesOf, subjectOf } from './subject';

interface Found extends Checked {
  readonly place: Place;
}

const LABELS = { ok: 'ok', warning: 'warning', problem: 'problem', unknown: 'not checked' } as const;

/**
 * Checks AWS with the process's settings. Resolves with the exit code: 1 if there is a problem. Throws a `Refusal` if the
 * project's settings are wrong or AWS does not accept the credentials.
 */
export async function runPreflight({ options }: Pick<Request, 'options'>): Promise<number> {
  const say = options['json'] ? () => undefined : print;
  const found = await lookAround(say);
  const count = (status: keyof typeof LABELS) => found.filter((one) => one.status === status).length;
  if (options['json']) print(JSON.stringify(found, undefined, 2));
  say('');
  const each = [counted(count('problem'), 'problem'), counted(count('warning'), 'warning')];
  say(`${each.join(', ')}, ${count('unknown')} could not be checked`);
  return count('problem') > 0 ? 1 : 0;
}

async function lookAround(say: (line: string) => void): Promise<Found[]> {
  try {
    return await look(say);
  } catch (error) {
    throw error instanceof SettingsMistake ? new Refusal(error.message) : error;
  }
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
    remedy: `with credentials of ${place.account}: ${printedCommand({ place: { kind: 'aws' } }, ['preflight'], {})}`,
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
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(`AWS does not accept the credentials: ${reason} (set AWS_PROFILE, AWS_REGION)`);
  }
}

function line({ check, status, text, remedy }: Checked): string {
  const first = `${LABELS[status].padEnd(14)}  ${check.padEnd(16)}  ${text}`;
  return remedy ? `${first}\n${' '.repeat(34)}→ ${remedy}` : first;
}

const counted = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
