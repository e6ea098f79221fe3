import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { Ids } from '../../kernel/ids';
import type { Store } from '../../kernel/store';
import { Iam } from './iam';
import { Identity } from './identity';

export interface AccountsOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Returns the store of an account's roles and keys: IAM is one for all regions. */
  store(account: string): Store;
}

/** Records that belong to an account, not to a region: its roles, keys and sessions. */
export interface Account {
  readonly iam: Iam;
  readonly identity: Identity;
}

/** The accounts of this run. Each has its own keys and roles; a role may trust callers of another. */
export class Accounts {
  private readonly made = new Map<string, Account>();

  constructor(private readonly options: AccountsOptions) {}

  /** The account of a scope, made when first asked for. */
  of(scope: Scope): Account {
    const known = this.made.get(scope.account);
    if (known) return known;
    const { clock, ids } = this.options;
    const kit = { scope, clock, ids, store: this.options.store(scope.account) };
    const iam = new Iam(kit);
    const elsewhere = (account: string) => this.made.get(account)?.identity;
    const account = { iam, identity: new Identity({ ...kit, iam, elsewhere }) };
    this.made.set(scope.account, account);
    return account;
  }

  /** Returns the secret and the principal of an access key of any account. */
  lookup(accessKeyId: string, sessionToken: string | undefined): ReturnType<Identity['lookup']> {
    for (const { identity } of this.made.values()) {
      const found = identity.lookup(accessKeyId, sessionToken);
      if (found) return found;
    }
    return undefined;
  }

  all(): Account[] {
    return [...this.made.values()];
  }
}
