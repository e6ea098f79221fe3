import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { Ids } from '../../kernel/ids';
import type { Store } from '../../kernel/store';

export interface IamOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
}
