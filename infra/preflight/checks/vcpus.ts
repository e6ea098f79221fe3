import { ok, problem, unknown, warning } from '../finding';
import type { Check } from '../subject';
import { typesOf } from './instance-types';

/** Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances. (EC2 User Guide, "On-Demand Instance quotas") */
const CODE = 'L-1216C47A';

/**
 * The vCPUs that servers, a roll and a bake need together, beside the running instances. A new account may get fewer
 * than its quota; it then fails with `VcpuLimitExceeded` all the same.
 */
export const vcpus: Check = {
  name: 'vCPUs',
  otherwise: 'https://console.aws.amazon.com/servicequotas/home/services/ec2/quotas/L-1216C47A',
  async run(subject) {
    const { look, environments, isHome, settings } = subject;
    const names = typesOf(subject);
    if (names.length === 0) return [];
    const sizes = new Map((await look.instanceTypes(names)).map((type) => [type.name, type.vcpus]));
    const size = (name: string) => sizes.get(name) ?? 0;
    const each = environments.map(({ fleet: { instanceType, min, max, batch } }) => ({
      served: min * size(instanceType),
      roll: batch * size(instanceType),
      most: max * size(instanceType),
    }));
    const bake = isHome ? size(settings.image.instanceType) : 0;
    const others = await look.vcpusOfOthers(settings.source.repository);
    // One environment is rolled at a time, and the next commit is baked beside it.
    const needed = sum(each.map(({ served }) => served)) + Math.max(0, ...each.map(({ roll }) => roll)) + bake + others;
    const most = sum(each.map(({ most }) => most)) + bake + others;
    const quota = await look.quota('ec2', CODE);
    if (quota === undefined) return [unknown('AWS reports no quota of vCPUs', this.otherwise)];
    const text = `${quota} are allowed; servers, a roll and a bake need ${needed}, and full fleets ${most}`;
    const beside = others > 0 ? ` (${others} of them by other instances)` : '';
    const remedy = `aws service-quotas request-service-quota-increase --service-code ec2 --quota-code ${CODE} --desired-value ${most}`;
    if (quota < needed) return [problem(text + beside, remedy)];
    if (quota < most) return [warning(text + beside, remedy)];
    return [ok(text + beside)];
  },
};

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
