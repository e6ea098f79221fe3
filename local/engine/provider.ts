import type { Scope } from '../kernel/arn';
import type { Principal } from '../kernel/principal';

/**
 * The contract between the stack engine and a resource type: one CloudFormation type is one file under `providers/`
 * that exports one `Provider`.
 */
export interface Provider<P extends object = Record<string, unknown>> {
  /** `AWS::SSM::Parameter`. */
  readonly type: string;
  /** `real`: the thing exists and works on this machine. `record`: it is kept and shown, and has no effect. */
  readonly fidelity: 'real' | 'record';
  /**
   * Every property this provider knows, by name, and what comes of it. A template that uses another one is refused
   * before anything is touched.
   */
  readonly properties: Readonly<Record<keyof P & string, PropertySupport>>;
  /** Properties that the type's schema demands. Without one, making or changing the resource fails. */
  readonly required?: readonly (keyof P & string)[];
  /** Properties whose change replaces the resource. */
  readonly createOnly: readonly (keyof P & string)[];
  /** The names `Fn::GetAtt` accepts. */
  readonly attributes: readonly string[];
  /** For COVERAGE.md: what is done and what is not, in a sentence or two. */
  readonly note?: string;
  /**
   * Refuses values (not yet resolved references are absent) that this machine cannot honour, each as
   * `Property.Path: what`. Runs before anything is touched.
   */
  refuse?(properties: Partial<P>): string[];
  /** True if a change of properties other than `createOnly` needs a replacement all the same. */
  replaces?(previous: P, next: P): boolean;
  /** Makes the resource, and resolves when it is stable. Reports its id through `ctx.created` as soon as it has one. */
  create(ctx: ProviderContext, properties: P): Promise<Provided>;
  /** Brings the resource to `next`, and resolves when it is stable. Types whose every property is `createOnly` have none. */
  update?(ctx: ProviderContext, current: Current<P>, next: P): Promise<Provided>;
  /** Removes it. A resource that is already gone is not an error. */
  delete(ctx: ProviderContext, current: Current<P>): Promise<void>;
}

export type PropertySupport = 'real' | 'record';

/** Resource that a provider has made. */
export interface Provided {
  /** Value of `Ref`. */
  readonly physicalId: string;
  /** Values of `Fn::GetAtt`, by attribute name. Values are strings, or lists of strings. */
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * The resource as the stack knows it. `properties` are those of the last successful operation; on a rollback, those that
 * the failed update was to bring, as AWS hands them to its own handlers.
 */
export interface Current<P> extends Provided {
  readonly properties: P;
}

export interface ProviderContext {
  readonly scope: Scope;
  readonly stackId: string;
  readonly stackName: string;
  /** The stack's own tags, to put on resources that take tags (with the `aws:cloudformation:*` ones, see `tagsOf`). */
  readonly stackTags: Readonly<Record<string, string>>;
  readonly logicalId: string;
  /** The stack's service role, or who asked for the operation. */
  readonly principal: Principal;
  /**
   * A name for a resource that has none of its own, as CloudFormation makes them: `STACK-LOGICALID-XXXXXXXXXXXX`. Some types
   * have a `prefix` in place of the stack's name.
   */
  physicalName(form?: { length?: number; lowerCase?: boolean; prefix?: string }): string;
  /** Tells the engine the physical id while the resource is still in the making, so that a rollback finds it. */
  created(physicalId: string): void;
  /** A further `*_IN_PROGRESS` event on this resource, with AWS's words. */
  progress(reason: string): void;
  /** The resource's `UpdatePolicy`, resolved. On a rollback it is that of the template rolled back to (F8). */
  readonly updatePolicy?: Readonly<Record<string, unknown>>;
  /** Signals sent to this resource while the operation runs. */
  readonly signals: Signals;
  /** Aborted when the operation is cancelled or a sibling failed; a provider that waits should end. */
  readonly cancelled: AbortSignal;
}

export interface Signal {
  readonly uniqueId: string;
  readonly status: 'SUCCESS' | 'FAILURE';
}

export interface Signals {
  /** Hears every later signal, one per unique id. Returns the way to stop. */
  subscribe(listener: (signal: Signal) => void): () => void;
}

/** The tags CloudFormation itself puts on what it makes. */
export function systemTags(ctx: Pick<ProviderContext, 'stackId' | 'stackName' | 'logicalId'>): Record<string, string> {
  return {
    'aws:cloudformation:stack-id': ctx.stackId,
    'aws:cloudformation:stack-name': ctx.stackName,
    'aws:cloudformation:logical-id': ctx.logicalId,
  };
}
