import type { EnvironmentSettings } from '../../settings/types';
import { type Finding, ok, unknown } from '../finding';
import {
  ACTION_MINUTE,
  ALARM,
  BUILD_MINUTE,
  DISK,
  HOURS,
  IMAGE,
  instanceHour,
  KEY,
  LOAD_BALANCER,
  PUBLIC_ADDRESS,
} from '../prices';
import { type Check, resourcesOf, type Subject } from '../subject';

/** Minutes of a push: two builds of three, a bake, and all actions together, most of them the bake and one roll. */
const PUSH = { build: 6, bake: 30, actions: 45, moreActionsOfAnEnvironment: 12 };

/** Estimates the costs of the settings: standing resources, and each push. */
export const costs: Check = {
  name: 'costs',
  otherwise: 'docs/costs.md',
  async run(subject) {
    const findings = subject.environments.map(ofEnvironment);
    const keys = resourcesOf(subject.stacks, 'AWS::KMS::Key').length * KEY;
    if (keys > 0) findings.push(ok(`keys for artifacts: ${dollars(keys)} a month`));
    return subject.isHome ? [...findings, ofPush(subject)] : findings;
  },
};

function ofEnvironment({ name, network, fleet, alarms }: EnvironmentSettings): Finding {
  const hour = instanceHour(fleet.instanceType);
  if (hour === undefined) return unknown(`${name}: the price of ${fleet.instanceType} is unknown`, PAGE);
  // In a new network, servers have public addresses; the load balancer has one in each of two subnets in any case.
  const address = 'vpcId' in network ? 0 : PUBLIC_ADDRESS;
  const server = (hour + address) * HOURS + DISK;
  const { watchMinutes: _, ...watched } = alarms ?? {};
  const balancer = (LOAD_BALANCER + 2 * PUBLIC_ADDRESS) * HOURS;
  const month = fleet.min * server + balancer + Object.keys(watched).length * ALARM;
  return ok(`${name}: about ${dollars(month)} a month for ${fleet.min} servers, ${dollars(server)} for each more`);
}

function ofPush({ settings }: Subject): Finding {
  const hour = instanceHour(settings.image.instanceType);
  if (hour === undefined) return unknown(`the price of ${settings.image.instanceType} is unknown`, PAGE);
  const actions = PUSH.actions + PUSH.moreActionsOfAnEnvironment * (settings.environments.length - 1);
  const push =
    PUSH.build * BUILD_MINUTE[settings.image.architecture] + (PUSH.bake / 60) * hour + actions * ACTION_MINUTE;
  return ok(`about ${dollars(push)} for each push, and ${dollars(IMAGE)} a month for each stored image`);
}

const PAGE = 'https://aws.amazon.com/ec2/pricing/on-demand/';

const dollars = (amount: number) => `$${amount.toFixed(2)}`;
