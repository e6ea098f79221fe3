import { parseArn, type Scope } from '../../kernel/arn';
import type { Certificates, TlsIdentity } from '../../kernel/ports';
import type { Authority } from './authority';

export interface CertificateManagerOptions {
  readonly scope: Scope;
  readonly authority: Pick<Authority, 'identity'>;
  /** True if this account stands for one that is not named: then every account's certificates are its own. */
  readonly anyAccount: boolean;
}

/**
 * ACM, as far as load balancers see it. What names a certificate bears on AWS is not known here: each that the account
 * could have stands for one of the local authority, for the address at which load balancers answer.
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
