import type { Environment, Json, ResourceDefinition, Template } from './template';

/** A resource as the last successful operation left it. */
export interface DeployedResource {
  /** As the template had it that made it, unresolved. */
  readonly definition: ResourceDefinition;
  readonly physicalId: string;
  /** Resolved, as the provider got them. */
  readonly properties: Readonly<Record<string, Json>>;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
}

/** Facts about a type that planning needs. */
export interface TypeFacts {
  /** Properties whose change replaces the resource. */
  readonly createOnly: readonly string[];
  /** Names that Fn::GetAtt accepts. */
  readonly attributes: readonly string[];
  /** True if the stack's own tags are put on it. */
  readonly taggable?: boolean;
  /** True if a change of other properties replaces it too (`Provider.replaces`). */
  replaces?(previous: Readonly<Record<string, Json>>, next: Readonly<Record<string, Json>>): boolean;
}

export interface PlanRequest {
  readonly template: Template;
  readonly conditions: Readonly<Record<string, boolean>>;
  /** Resources that the stack has now; empty or absent for a new one. */
  readonly previous?: readonly DeployedResource[];
  /** `ref` and `getAtt` are answered by the plan itself, from `previous`. */
  readonly environment: Environment;
  /** Parameters of the last operation, as `Environment.parameters`, to name the cause of a change. */
  readonly previousParameters?: Readonly<Record<string, string | readonly string[]>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly previousTags?: Readonly<Record<string, string>>;
  facts(type: string): TypeFacts | undefined;
}

export type ChangeScope =
  | 'Properties'
  | 'Metadata'
  | 'Tags'
  | 'CreationPolicy'
  | 'UpdatePolicy'
  | 'DeletionPolicy'
  | 'UpdateReplacePolicy';

/** One reason of a change, as DescribeChangeSet gives it (E20). */
export interface ChangeDetail {
  readonly target: {
    readonly attribute: ChangeScope;
    /** The top-level property, if `attribute` is `Properties`. */
    readonly name?: string;
    readonly requiresRecreation: 'Never' | 'Conditionally' | 'Always';
  };
  /** `Dynamic`: known only after the change of the resource on which it depends. */
  readonly evaluation: 'Static' | 'Dynamic';
  readonly changeSource: 'ParameterReference' | 'ResourceReference' | 'ResourceAttribute' | 'DirectModification';
  readonly causingEntity?: string;
}

export interface PlannedChange {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId?: string;
  readonly replacement?: 'True' | 'False' | 'Conditional';
  readonly scope: readonly ChangeScope[];
  readonly details: readonly ChangeDetail[];
  readonly policyAction?:
    | 'Delete'
    | 'Retain'
    | 'Snapshot'
    | 'ReplaceAndDelete'
    | 'ReplaceAndRetain'
    | 'ReplaceAndSnapshot';
}
