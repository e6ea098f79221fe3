import { checkAlarms } from './check-alarms';
import { checkApproval } from './check-approval';
import { checkFleet } from './check-fleet';
import { checkHours } from './check-hours';
import { checkNetwork, type NamedCidr } from './check-network';
import { checkCertificate, checkDistances, checkPlace, type NamedPlace } from './check-place';
import { checkStrategy } from './check-strategy';
import { checkVerify } from './check-verify';
import { type Mistakes, show } from './mistakes';

/** Other settings that an environment must agree with. */
interface Around {
  readonly architecture: string | undefined;
  /** Place of the pipeline. */
  readonly home: NamedPlace;
}

/** Checks each environment, and that they get along: names of their own, addresses of their own. */
export function checkEnvironments(mistakes: Mistakes, value: unknown, around: Around): void {
  if (!Array.isArray(value) || value.length === 0) {
    mistakes.add('environments', `${show(value)} names no environment`, 'list at least one');
    return;
  }
  checkStages(mistakes, value);
  checkDistances(mistakes, around.home, value);
  const names = new Map<unknown, string>();
  const networks: NamedCidr[] = [];
  for (const [index, entry] of value.entries()) {
    const path = `environments[${index}]`;
    const environment = mistakes.object(path, entry, FIELDS);
    if (!environment) continue;
    checkName(mistakes, `${path}.name`, { name: environment.name, names });
    const network = checkNetwork(mistakes, `${path}.network`, { network: environment.network, others: networks });
    if (network) networks.push(network);
    checkEnvironment(mistakes, path, { environment, ...around });
  }
}

const FIELDS = {
  needed: ['name', 'network', 'fleet'],
  optional: ['account', 'region', 'approval', 'strategy', 'stableSeconds', 'verify', 'alarms', 'certificate', 'hours'],
} as const;

type Field = (typeof FIELDS.needed)[number] | (typeof FIELDS.optional)[number];

/** Checks the settings that concern one environment alone. */
function checkEnvironment(
  mistakes: Mistakes,
  path: string,
  { environment, architecture, home }: Around & { environment: Record<Field, unknown> },
): void {
  const { account, region, certificate } = environment;
  const own = { account, region };
  checkPlace(mistakes, `${path}.`, own);
  if (certificate !== undefined) checkCertificate(mistakes, path, { certificate, own, home });
  const refreshed = checkStrategy(mistakes, `${path}.strategy`, environment.strategy);
  if (environment.stableSeconds !== undefined)
    mistakes.number(`${path}.stableSeconds`, environment.stableSeconds, { from: 0, to: 300 });
  checkFleet(mistakes, `${path}.fleet`, { fleet: environment.fleet, architecture, refreshed });
  const checks = { approval: checkApproval, verify: checkVerify, alarms: checkAlarms, hours: checkHours };
  for (const [field, check] of Object.entries(checks) as [keyof typeof checks, typeof checkApproval][]) {
    if (environment[field] !== undefined) check(mistakes, `${path}.${field}`, environment[field]);
  }
}

/** A pipeline has at most 50 stages, four of them before the environments; each approval is a stage (A3). */
function checkStages(mistakes: Mistakes, environments: readonly unknown[]): void {
  const approvals = environments.filter(
    (environment) => (environment as { approval?: unknown } | null | undefined)?.approval !== undefined,
  );
  const stages = environments.length + approvals.length;
  if (stages <= 46) return;
  const wrong = `${environments.length} with ${approvals.length} approvals are ${stages} stages`;
  mistakes.add('environments', wrong, 'a pipeline has room for 46');
}

/** `names` are those of the entries before, each with its path. */
function checkName(
  mistakes: Mistakes,
  path: string,
  { name, names }: { name: unknown; names: Map<unknown, string> },
): void {
  // The stage before an environment is called `approve-` and its name, the stack of images `image`.
  const right =
    'up to 16 lower-case letters, digits and single hyphens, starting with a letter, and not "image" or "approve-…"';
  const pattern = /^(?!image$|approve-)(?!.*--)[a-z]([a-z0-9-]{0,14}[a-z0-9])?$/;
  if (!mistakes.text(path, name, { pattern, right })) return;
  const other = names.get(name);
  if (other) mistakes.add(path, `${show(name)} is the name of ${other} too`, 'give each environment its own');
  else names.set(name, path.replace(/\.name$/, ''));
}
