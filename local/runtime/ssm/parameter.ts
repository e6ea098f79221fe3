export type ParameterType = 'String' | 'StringList';
export type ParameterTier = 'Standard' | 'Advanced';

/** Record of a parameter as a whole. Dates are ISO strings. */
export interface ParameterRecord {
  readonly name: string;
  readonly type: ParameterType;
  readonly tier: ParameterTier;
  readonly dataType: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  /** The latest version's number. */
  readonly version: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** One version of a parameter, as its history keeps it. */
export interface ParameterVersion {
  readonly name: string;
  readonly version: number;
  readonly value: string;
  readonly type: ParameterType;
  readonly tier: ParameterTier;
  readonly dataType: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly labels: readonly string[];
  readonly modifiedAt: string;
  /** The ARN of the writer. */
  readonly modifiedBy: string;
}

/** A parameter that was read: a version, and the selector that found it (C11), `:3` or `:stable`. */
export interface FoundParameter extends ParameterVersion {
  readonly selector?: string;
}

export interface PutParameter {
  readonly name: string;
  readonly value: string;
  /** Required for a new parameter only (C3). */
  readonly type?: string;
  readonly overwrite?: boolean;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly tier?: string;
  readonly dataType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** The ARN of the writer. */
  readonly by: string;
}
