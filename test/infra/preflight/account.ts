import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Look } from '../../../infra/preflight/look';
import { type Checked, preflight } from '../../../infra/preflight/preflight';
import { subjectOf } from '../../../infra/preflight/subject';
import type { Settings } from '../../../infra/settings/types';
import { declared, environment, everything, settings } from '../synthesized';

export const HOME = { account: '111111111111', region: 'eu-west-1' };

/** An account in which everything is as it should be, and nothing has been deployed. */
export const SOUND: Look = {
  bootstrapVersion: async () => 30,
  instanceTypes: async (names) =>
    names.map((name) => ({ name, vcpus: 2, architectures: ['arm64'], zones: ['eu-west-1a', 'eu-west-1b'] })),
  vcpusOfOthers: async () => 0,
  quota: async () => 64,
  quotas: async (service) =>
    new Map(
      service === 'codebuild'
        ? [['Concurrently running builds for ARM/Small environment', 10]]
        : [['Components', 1000]],
    ),
  countVpcs: async () => 1,
  countLoadBalancers: async () => 0,
  countComponents: async () => 7,
  buildImages: async () => new Set(['aws/codebuild/amazonlinux-aarch64-standard:3.0']),
  hasParameter: async () => true,
  stackStatus: async () => undefined,
  exists: async () => false,
  certificate: async () => ({ status: 'ISSUED' }),
  subnets: async (ids) =>
    ids.map((id, index) => ({
      id,
      vpcId: 'vpc-0123456789abcdef0',
      zone: `eu-west-1${'abc'[index % 3]}`,
      wayOut: 'igw-1',
    })),
  ringing: async () => [],
  encryptsDisksByDefault: async () => false,
  refusalOfComponent: async () => undefined,
};

const assemblies = new Map<string, CloudAssembly>();

/** Runs the preflight at one place, over an account that looks so, and returns its findings as lines. */
export async function found(
  look: Partial<Look>,
  { changed = {}, place = HOME }: { changed?: Partial<Settings>; place?: typeof HOME } = {},
): Promise<string[]> {
  const key = JSON.stringify(changed);
  const assembly = assemblies.get(key) ?? declared(changed).synth();
  assemblies.set(key, assembly);
  const lines: Checked[] = [];
  const subject = subjectOf(settings(changed), { assembly, place, home: HOME }, { ...SOUND, ...look });
  await preflight(subject, (checked) => lines.push(checked));
  return lines.map(({ check, status, text, remedy }) => `${status}: ${check}: ${text}${remedy ? ` → ${remedy}` : ''}`);
}

export const wrong = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('ok: '));
export const FULL = { environments: [environment('dev', 0), everything('prod')] };
