import type { SecureVersion } from 'node:tls';
import { AwsError } from '../../kernel/failure';

/** The versions of TLS that a policy allows. */
export interface TlsVersions {
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
}

/** By versions of TLS: at least, at most, and the policies behind `ELBSecurityPolicy-`. */
const VERSIONS: readonly (readonly [SecureVersion, SecureVersion, string])[] = [
  ['TLSv1.3', 'TLSv1.3', 'TLS13-1-3-2021-06 TLS13-1-3-PQ-2025-09 TLS13-1-3-FIPS-2023-04 TLS13-1-3-FIPS-PQ-2025-09'],
  ['TLSv1.2', 'TLSv1.3', 'TLS13-1-2-2021-06 TLS13-1-2-PQ-2025-09 TLS13-1-2-Res-2021-06 TLS13-1-2-Res-PQ-2025-09'],
  ['TLSv1.2', 'TLSv1.3', 'TLS13-1-2-Ext1-2021-06 TLS13-1-2-Ext1-PQ-2025-09'],
  ['TLSv1.2', 'TLSv1.3', 'TLS13-1-2-Ext2-2021-06 TLS13-1-2-Ext2-PQ-2025-09'],
  ['TLSv1.2', 'TLSv1.3', 'TLS13-1-2-FIPS-2023-04 TLS13-1-2-FIPS-PQ-2025-09'],
  ['TLSv1.2', 'TLSv1.3', 'TLS13-1-2-Res-FIPS-2023-04 TLS13-1-2-Res-FIPS-PQ-2025-09'],
  ['TLSv1.2', 'TLSv1.3', 'TLS13-1-2-Ext0-FIPS-2023-04 TLS13-1-2-Ext0-FIPS-PQ-2025-09'],
  ['TLSv1.2', 'TLSv1.3', 'TLS13-1-2-Ext1-FIPS-2023-04 TLS13-1-2-Ext1-FIPS-PQ-2025-09'],
  ['TLSv1.2', 'TLSv1.3', 'TLS13-1-2-Ext2-FIPS-2023-04 TLS13-1-2-Ext2-FIPS-PQ-2025-09'],
  ['TLSv1.2', 'TLSv1.3', 'TLS13-1-2-RFC9151-FIPS-2023-07'],
  ['TLSv1.2', 'TLSv1.3', 'TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07 TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07'],
  ['TLSv1.2', 'TLSv1.3', 'TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07 TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07'],
  ['TLSv1.1', 'TLSv1.3', 'TLS13-1-1-2021-06 TLS13-1-1-FIPS-2023-04'],
  ['TLSv1', 'TLSv1.3', 'TLS13-1-0-2021-06 TLS13-1-0-PQ-2025-09 TLS13-1-0-FIPS-2023-04 TLS13-1-0-FIPS-PQ-2025-09'],
  ['TLSv1.2', 'TLSv1.2', 'TLS-1-2-2017-01 TLS-1-2-Ext-2018-06'],
  ['TLSv1.2', 'TLSv1.2', 'FS-1-2-2019-08 FS-1-2-Res-2019-08 FS-1-2-Res-2020-10'],
  ['TLSv1.1', 'TLSv1.2', 'TLS-1-1-2017-01 FS-1-1-2019-08'],
  ['TLSv1', 'TLSv1.2', '2016-08 FS-2018-06 TLS-1-0-2015-04'],
];

const POLICIES: ReadonlyMap<string, TlsVersions> = new Map(
  VERSIONS.flatMap(([minVersion, maxVersion, names]) =>
    names.split(' ').map((name) => [`ELBSecurityPolicy-${name}`, { minVersion, maxVersion }] as const),
  ),
);

/** Policy of a listener that names none and was not made by the console. */
export const DEFAULT_SECURITY_POLICY = 'ELBSecurityPolicy-2016-08';

/**
 * The versions of TLS that a policy of Application Load Balancers allows. Throws AWS's `SSLPolicyNotFound`.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 */
export function tlsVersions(policy: string): TlsVersions {
  const versions = POLICIES.get(policy);
  if (!versions) throw new AwsError('SSLPolicyNotFound', `Policy ${policy} not found`);
  return versions;
}
