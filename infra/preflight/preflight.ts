import { bootstrap } from './checks/bootstrap';
import { builds } from './checks/builds';
import { costs } from './checks/costs';
import { environments } from './checks/environments';
import { images } from './checks/images';
import { instanceTypes } from './checks/instance-types';
import { quotas } from './checks/quotas';
import { sizes } from './checks/sizes';
import { stacks } from './checks/stacks';
import { vcpus } from './checks/vcpus';
import type { Finding } from './finding';
import type { Check, Subject } from './subject';

const CHECKS: readonly Check[] = [
  ...[bootstrap, stacks, sizes, instanceTypes, vcpus, quotas, builds, images, environments, costs],
];

export interface Checked extends Finding {
  readonly check: string;
}

/** Runs every check of one account and region, and reports each finding at once. */
export async function preflight(subject: Subject, found: (checked: Checked) => void): Promise<void> {
  for (const check of CHECKS) {
    for (const finding of await findingsOf(check, subject)) found({ check: check.name, ...finding });
  }
}

/** A check that AWS does not permit is a finding too; the others continue. */
async function findingsOf(check: Check, subject: Subject): Promise<Finding[]> {
  try {
    return await check.run(subject);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return [{ status: 'unknown', text: `${name}: ${message}`, remedy: check.otherwise }];
  }
}
