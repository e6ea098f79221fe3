import { parseArn, type Scope } from '../../kernel/arn';
import type { Certificates, TlsIdentity } from '../../kernel/ports';
import type { Authority } from './authority';

export interface CertificateManagerOptions {
  readonly scope: Scope;
  readonly authority: Pick<Authority, 'identity'>;
  /** True if this account represents an unknown one, which has every account's certificates. */
  readonly anyAccount: boolean;
}

/**
 * ACM for load balancers. The names in a certificate on AWS are unknown here: each certificate that the account could
 * have is represented by one of the local authority, for the address of load balancers.
 */
export class CertificateManager implements Certificates {
  constructor(private readonly options: CertificateManagerOptions) {}

  async find(certificateArn: string): Promise<TlsIdentity | undefined> {
    const { anyAccount, authority, scope } = this.options;
    const { account, partition } = parseArn(certificateArn) ?? {};
    if (partition !== scope.partition || !(anyAccount || account === scope.account)) return undefined;
    return authority.identity();
  }
}
