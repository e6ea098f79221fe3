import type { Scope } from '../kernel/arn';
import type { Clock } from '../kernel/clock';
import type { EventBus } from '../kernel/events';
import type { Ids } from '../kernel/ids';
import type { Parameters } from '../kernel/ports';
import type { Principal } from '../kernel/principal';
import type { Store } from '../kernel/store';
import type { Provider } from './provider';
import type { SignalBoard } from './resources/signals';
import type { StackJournal } from './state/stack-journal';
import type { StackStore } from './state/stack-store';

/** Dependencies of the stack engine. */
export interface StackEngineOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  /** By CloudFormation type. */
  readonly providers: ReadonlyMap<string, Provider>;
  readonly parameters: Parameters;
  readonly availabilityZones: readonly string[];
  /**
   * Returns the role as CloudFormation assumes it. Throws if it cannot. Without this function every role can be
   * assumed.
   */
  assumeRole?(roleArn: string): Principal;
  /** True if an AWS-specific parameter value (`AWS::EC2::Image::Id` …) names something that exists (E24). */
  exists?(type: string, value: string): boolean;
  /**
   * Fate of a new copy of a replaced resource when its update is rolled back. Default: deleted or kept by its
   * `DeletionPolicy`. `kept`: kept if its `UpdateReplacePolicy` keeps the replaced one, as AWS was seen to do
   * (go-to-k/cdkd#2598).
   */
  readonly copiesOfARollback?: 'kept';
}

/** The engine's parts, as its files share them. */
export interface Engine extends StackEngineOptions {
  readonly stackStore: StackStore;
  readonly journal: StackJournal;
  readonly signals: SignalBoard;
  /** Aborted when the runtime stops: nothing is written after that. */
  readonly halted: AbortSignal;
}
