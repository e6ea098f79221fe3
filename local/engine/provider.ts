import type { Scope } from '../kernel/arn';
import type { Principal } from '../kernel/principal';

/**
 * Contract between the stack engine and a resource type: each CloudFormation type is a file under `providers/` that
 * exports one `Provider`.
 */
export interface Provider<P extends object = Record<string, unknown>> {
  /** `AWS::SSM::Parameter`. */
  readonly type: string;
  /** `real`: the resource exists and works on this machine. `record`: it is stored and shown, and has no effect. */
  readonly fidelity: 'real' | 'record';
  /**
   * Every supported property, by name, and its support. A template that uses another one is refused before anything is
   * changed.
   */
  readonly properties: Readonly<Record<keyof P & string, PropertySupport>>;
  /** Properties that the type's schema demands. Without one, making or changing the resource fails. */
  readonly required?: readonly (keyof P & string)[];
  /** Properties whose change replaces the resource. */
  readonly createOnly: readonly (keyof P & string)[];
  /** The names `Fn::GetAtt` accepts. */
  readonly attributes: readonly string[];
  /** For COVERAGE.md: the supported and unsupported behaviour, in a sentence or two. */
  readonly note?: string;
  /**
   * Refuses values (not yet resolved references are absent) that this machine cannot honour, each as
   * `Property.Path: what`. Runs before anything is touched.
   */
  refuse?(properties: Partial<P>): string[];
  /** True if a change of other properties than `createOnly` needs a replacement too. */
  replaces?(previous: P, next: P): boolean;
  /** Makes the resource, and resolves when it is stable. Reports its id through `ctx.created` as soon as it has one. */
  create(ctx: ProviderContext, properties: P): Promise<Provided>;
  /**
   * Changes the resource to `next`, and resolves when it is stable. Types whose every property is `createOnly` have
   * none.
   */
  update?(ctx: ProviderContext, current: Current<P>, next: P): Promise<Provided>;
  /** Deletes it. A missing resource is not an error. */
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
  /** The stack's own tags, for resources that accept tags (with the `aws:cloudformation:*` ones, see `tagsOf`). */
  readonly stackTags: Readonly<Record<string, string>>;
  readonly logicalId: string;
  /** The stack's service role, or the caller of the operation. */
  readonly principal: Principal;
  /**
   * Returns a name for a resource without one, in CloudFormation's form: `STACK-LOGICALID-XXXXXXXXXXXX`. Some types
   * have a `prefix` in place of the stack's name.
   */
  physicalName(form?: { length?: number; lowerCase?: boolean; prefix?: string }): string;
  /** Reports the physical id to the engine while the resource is still being created, so that a rollback finds it. */
  created(physicalId: string): void;
  /** Adds a further `*_IN_PROGRESS` event of this resource, with AWS's text. */
  progress(reason: string): void;
  /**
   * The resource's resolved `UpdatePolicy`. In a rollback it is that of the template to which the stack returns (F8).
   */
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

/** Returns the tags that CloudFormation itself sets on resources. */
export function systemTags(ctx: Pick<ProviderContext, 'stackId' | 'stackName' | 'logicalId'>): Record<string, string> {
  return {
    'aws:cloudformation:stack-id': ctx.stackId,
    'aws:cloudformation:stack-name': ctx.stackName,
    'aws:cloudformation:logical-id': ctx.logicalId,
  };
}
