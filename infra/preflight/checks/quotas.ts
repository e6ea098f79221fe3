import { type Finding, ok, problem, unknown, warning } from '../finding';
import { type Check, resourcesOf, type Subject } from '../subject';

/** Compares the existing and the future resources with the account's quotas. */
export const quotas: Check = {
  name: 'quotas',
  otherwise: 'https://console.aws.amazon.com/servicequotas/home',
  async run(subject) {
    const { look } = subject;
    const counted = [
      await room(subject, {
        what: 'VPCs',
        there: await look.countVpcs(),
        more: await toBeMade(subject, 'AWS::EC2::VPC'),
        quota: ['vpc', 'L-F678F1CE'],
      }),
      await room(subject, {
        what: 'load balancers',
        there: await look.countLoadBalancers(),
        more: await toBeMade(subject, 'AWS::ElasticLoadBalancingV2::LoadBalancer'),
        quota: ['elasticloadbalancing', 'L-53DA6B97'],
      }),
    ];
    return [...counted, ...(subject.isHome ? await images(subject) : [])];
  },
};

async function room(
  { look }: Subject,
  { what, there, more, quota: [service, code] }: { what: string; there: number; more: number; quota: [string, string] },
): Promise<Finding> {
  const quota = await look.quota(service, code);
  const text = `${what}: ${there} exist and ${more} will be created; `;
  if (quota === undefined) return unknown(`${text}AWS reports no quota for them`, quotas.otherwise);
  const increase = `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${there + more}`;
  return there + more > quota ? problem(`${text}${quota} are allowed`, increase) : ok(`${text}${quota} are allowed`);
}

/** Returns the resources in stacks that do not exist yet. */
async function toBeMade({ look, stacks }: Subject, type: string): Promise<number> {
  let more = 0;
  for (const stack of stacks) {
    const own = resourcesOf([stack], type).length;
    if (own > 0 && (await look.stackStatus(stack.name)) === undefined) more += own;
  }
  return more;
}

/** Each execution adds a component and a recipe, and nothing deletes them. */
async function images({ look }: Subject): Promise<Finding[]> {
  const quota = (await look.quotas('imagebuilder')).get('Components');
  const there = await look.countComponents();
  if (quota === undefined) {
    return [unknown(`components of Image Builder: ${there} exist; AWS reports no quota for them`, quotas.otherwise)];
  }
  const text = `components of Image Builder: ${there} exist; ${quota} are permitted, and each execution adds one`;
  if (there >= quota) return [problem(text, 'delete components of old versions: aws imagebuilder delete-component')];
  return [there > quota * 0.9 ? warning(text, 'delete components of old versions soon') : ok(text)];
}
