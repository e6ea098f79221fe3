import { checkInstanceType } from './instance-type';
import { type Mistakes, show } from './mistakes';

/** Checks the sizes of a fleet, and that the strategy can roll it without a dip. */
export function checkFleet(
  mistakes: Mistakes,
  path: string,
  { fleet: value, architecture, refreshed }: { fleet: unknown; architecture: string | undefined; refreshed: boolean },
): void {
  const fleet = mistakes.object(path, value, {
    needed: ['instanceType', 'min', 'max', 'batch'],
    optional: ['permittedInstanceTypes', 'scaling'],
  });
  if (!fleet) return;
  checkInstanceType(mistakes, `${path}.instanceType`, { value: fleet.instanceType, architecture });
  if (fleet.permittedInstanceTypes !== undefined) checkPermitted(mistakes, path, fleet);
  if (fleet.scaling !== undefined) checkScaling(mistakes, `${path}.scaling`, fleet.scaling);
  const { min, max, batch } = fleet;
  // A roll replaces at most 100 servers at a time (F5).
  const counted = [
    mistakes.count(`${path}.min`, min, 1000),
    mistakes.count(`${path}.max`, max, 1000),
    mistakes.count(`${path}.batch`, batch, 100),
  ];
  if (counted.includes(false)) return;
  checkRoom(mistakes, path, { min: Number(min), max: Number(max), batch: Number(batch), refreshed });
}

/** A commit that may not choose the type of the settings themselves would fail in the middle of a roll. */
function checkPermitted(
  mistakes: Mistakes,
  path: string,
  { permittedInstanceTypes: permitted, instanceType }: Record<string, unknown>,
): void {
  const field = `${path}.permittedInstanceTypes`;
  const patterns = Array.isArray(permitted) ? (permitted as unknown[]) : [];
  const wrong = patterns.length === 0 ? permitted : patterns.find((one) => !PATTERN.test(String(one)));
  if (wrong !== undefined) {
    mistakes.add(field, `${show(wrong)} names no instance types`, 'list types, as "t4g.micro" or "t4g.*"');
  } else if (!patterns.some((pattern) => permits(String(pattern), String(instanceType)))) {
    mistakes.add(
      field,
      `${show(instanceType)} of ${path}.instanceType is not among them`,
      'add it, or change the other',
    );
  }
}

const PATTERN = /^[a-z][a-z0-9-]*(\*|\.[a-z0-9*-]+)$/;

const permits = (pattern: string, instanceType: string) =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(instanceType);

interface Sizes {
  readonly min: number;
  readonly max: number;
  readonly batch: number;
  readonly refreshed: boolean;
}

/** Checks sizes that CloudFormation would refuse only in the middle of a deployment (F6, H13, H14). */
function checkRoom(mistakes: Mistakes, path: string, { min, max, batch, refreshed }: Sizes): void {
  if (min > max) {
    mistakes.add(`${path}.min`, `${min} is above ${path}.max ${max}`, 'make min smaller than max');
  } else if (max < min + batch) {
    // F13, F14: a roll that keeps `min` servers in service needs room for a batch of new ones beside them.
    const wrong = `${max} leaves a roll no room for ${batch} more than min ${min}`;
    mistakes.add(`${path}.max`, wrong, `make it ${min + batch} or more`);
  }
  if (refreshed && batch > min) {
    // F22: at most 200 percent of a group are healthy, and at least 100 stay: an instance refresh doubles it at most.
    const wrong = `${batch} is more than min ${min}, and an instance refresh at most doubles a fleet`;
    mistakes.add(`${path}.batch`, wrong, `make it ${min} or less, or use the strategy "rolling"`);
  }
}

function checkScaling(mistakes: Mistakes, path: string, value: unknown): void {
  const scaling = mistakes.object(path, value, { needed: [], optional: ['requestsPerTarget', 'cpuPercent'] });
  if (!scaling) return;
  const { requestsPerTarget, cpuPercent } = scaling;
  if (requestsPerTarget === undefined && cpuPercent === undefined) {
    mistakes.add(path, 'it names nothing to follow', 'give it requestsPerTarget, cpuPercent or both, or leave it out');
  }
  if (requestsPerTarget !== undefined) mistakes.count(`${path}.requestsPerTarget`, requestsPerTarget, 1_000_000);
  if (cpuPercent !== undefined) {
    mistakes.number(`${path}.cpuPercent`, cpuPercent, { from: 1, to: 100, fractions: true });
  }
}
