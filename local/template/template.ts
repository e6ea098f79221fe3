import type { Scope } from '../kernel/arn';

/** A value in a template, or the result of resolving one. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A template that was read and checked: short forms are spelled out, nothing is resolved yet. */
export interface Template {
  /** The submitted text. */
  readonly text: string;
  readonly description?: string;
  readonly metadata?: Json;
  readonly parameters: Readonly<Record<string, ParameterDefinition>>;
  readonly mappings: Mappings;
  readonly conditions: Readonly<Record<string, Json>>;
  readonly rules: Readonly<Record<string, RuleDefinition>>;
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  readonly outputs: Readonly<Record<string, OutputDefinition>>;
}

/** Map, then top-level key, then second-level key. */
export type Mappings = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Json>>>>>>;

export type RemovalPolicy = 'Delete' | 'Retain' | 'Snapshot' | 'RetainExceptOnCreate';

export interface ResourceDefinition {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, Json>>;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
  readonly deletionPolicy?: RemovalPolicy;
  readonly updateReplacePolicy?: RemovalPolicy;
  readonly creationPolicy?: Json;
  readonly updatePolicy?: Json;
  readonly metadata?: Json;
}

/** Constraints are kept as the template has them, numbers as text (E24). */
export interface ParameterDefinition {
  readonly name: string;
  readonly type: string;
  readonly default?: string;
  readonly description?: string;
  readonly noEcho: boolean;
  readonly allowedValues?: readonly string[];
  readonly allowedPattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
  readonly constraintDescription?: string;
}

export interface OutputDefinition {
  readonly value: Json;
  readonly description?: string;
  readonly exportName?: Json;
  readonly condition?: string;
}

export interface RuleDefinition {
  readonly condition?: Json;
  readonly assertions: readonly { readonly assert: Json; readonly description?: string }[];
}

/** A parameter of one stack operation, after its value was checked. */
export interface ResolvedParameter {
  readonly key: string;
  /** The declared type, for example `AWS::SSM::Parameter::Value<String>`. */
  readonly type: string;
  /** As supplied, or the default. For `AWS::SSM::Parameter::Value<…>` the SSM parameter's name. */
  readonly value: string;
  /** Value that SSM had under that name when the operation began. */
  readonly resolved?: string;
  readonly noEcho: boolean;
}

/** Reads SSM for templates. `version` is that of a dynamic reference, if it names one. */
export type SsmLookup = (name: string, version?: number) => { value: string; type: string } | undefined;

/** All that a template's values are resolved against. */
export interface Environment {
  readonly scope: Scope;
  readonly stackId: string;
  readonly stackName: string;
  readonly notificationArns?: readonly string[];
  /** Values that `Ref` gives, lists split (`parameterValues`). */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  readonly conditions: Readonly<Record<string, boolean>>;
  readonly mappings: Mappings;
  /** The physical id of a resource; undefined while it has none. */
  ref(logicalId: string): string | undefined;
  /** An attribute of a resource; undefined while the resource does not exist. */
  getAtt(logicalId: string, attribute: string): string | readonly string[] | undefined;
  availabilityZones(region: string): readonly string[];
  /** The value of an export of this account and region. */
  importValue(name: string): string | undefined;
  /** Reads `{{resolve:ssm:…}}`. */
  readonly ssm: SsmLookup;
}

/** Target of `Ref` (no attribute) or `Fn::GetAtt`. */
export interface Reference {
  readonly logicalId: string;
  readonly attribute?: string;
}

/** Thrown by `resolveValue` if a referenced resource does not exist yet. */
export class Unresolved extends Error {
  constructor(
    readonly logicalId: string,
    readonly attribute?: string,
  ) {
    super(`${attribute === undefined ? logicalId : `${logicalId}.${attribute}`} is not known yet`);
    this.name = 'Unresolved';
  }
}
