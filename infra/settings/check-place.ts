import { type Mistakes, show } from './mistakes';
import { partitionOf } from './places';

/** Account and region that the settings name. */
export interface NamedPlace {
  readonly account: unknown;
  readonly region: unknown;
}

/** Checks the form of an account and a region, if they are given. `prefix` is the beginning of their paths. */
export function checkPlace(mistakes: Mistakes, prefix: string, { account, region }: NamedPlace): void {
  if (account !== undefined) {
    mistakes.text(`${prefix}account`, account, { pattern: /^\d{12}$/, right: 'the 12 digits of an account, as text' });
  }
  if (region !== undefined) {
    mistakes.text(`${prefix}region`, region, { pattern: REGION, right: 'the name of a region, as "eu-west-1"' });
  }
}

/** Checks that the pipeline can reach its environments, and that its own place is given if it must be. */
export function checkDistances(mistakes: Mistakes, home: NamedPlace, environments: readonly unknown[]): void {
  const places = environments.map((environment) => (environment ?? {}) as Partial<NamedPlace>);
  const named = places.findIndex(({ account, region }) => account !== undefined || region !== undefined);
  if (named === -1) return;
  for (const field of ['account', 'region'] as const) {
    if (home[field] !== undefined) continue;
    const wrong = `the pipeline has no account and region, but environments[${named}] has`;
    mistakes.add(field, wrong, `name the ${field} of the pipeline too`);
  }
  if (home.account === undefined || home.region === undefined) return;
  const [first = {}] = places;
  if (!isAt(home, first)) {
    // Image Builder takes the subnet and the security group of a build from its own account and region.
    const wrong = 'images are built in its network, so it must be in the same place as the pipeline';
    mistakes.add('environments[0]', wrong, 'begin with an environment of the account and region of the pipeline');
  }
  const far = places.filter((place) => !isAt(home, place)).length;
  if (far > MOST_ELSEWHERE) {
    const wrong = `${far} of them are in other accounts or regions`;
    mistakes.add(
      'environments',
      wrong,
      `a pipeline reaches at most ${MOST_ELSEWHERE}; use another pipeline for the others`,
    );
  }
  checkPartitions(mistakes, home, places);
}

/**
 * One function gets the roles of all of them in environment variables, which have 4 KB: up to 190 characters for each.
 */
const MOST_ELSEWHERE = 20;

function checkPartitions(mistakes: Mistakes, home: NamedPlace, places: readonly Partial<NamedPlace>[]): void {
  if (typeof home.region !== 'string') return;
  const own = partitionOf(home.region);
  for (const [index, { region }] of places.entries()) {
    if (typeof region !== 'string' || partitionOf(region) === own) continue;
    const wrong = `${show(region)} is in the partition ${partitionOf(region)}, and the pipeline in ${own}`;
    mistakes.add(`environments[${index}].region`, wrong, 'give that partition a pipeline of its own');
  }
}

/** True if a place that leaves something out is the one that it is left to. */
function isAt(home: NamedPlace, { account, region }: Partial<NamedPlace>): boolean {
  return (account ?? home.account) === home.account && (region ?? home.region) === home.region;
}

/** Checks that a certificate is valid, and is in the place of the environment at `path`. */
export function checkCertificate(
  mistakes: Mistakes,
  path: string,
  { certificate, own, home }: { certificate: unknown; own: NamedPlace; home: NamedPlace },
): void {
  const place = `${path}.certificate`;
  const right = 'the ARN of an ACM certificate, as "arn:aws:acm:eu-west-1:111122223333:certificate/…"';
  if (!mistakes.text(place, certificate, { pattern: CERTIFICATE, right })) return;
  const [, , , itsRegion, itsAccount] = certificate.split(':');
  // A load balancer accepts only a certificate of its own region and account.
  for (const [field, its] of [
    ['region', itsRegion],
    ['account', itsAccount],
  ] as const) {
    const needed = own[field] ?? home[field];
    if (typeof needed !== 'string' || needed === its) continue;
    const named = own[field] === undefined ? field : `${path}.${field}`;
    const at = field === 'region' ? 'in' : 'of';
    mistakes.add(place, `it is ${at} ${its}, and ${named} is ${show(needed)}`, `use a certificate of that ${field}`);
  }
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

const CERTIFICATE = /^arn:aws[a-z-]*:acm:[a-z]{2}(-[a-z]+)+-\d:\d{12}:certificate\/[A-Za-z0-9-]{1,64}$/;
