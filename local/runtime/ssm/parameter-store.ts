import { arn, parseArn, type Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import { AwsError, isAwsError } from '../../kernel/failure';
import type { Parameters } from '../../kernel/ports';
import type { Collection, Store } from '../../kernel/store';
import type { FoundParameter, ParameterRecord, ParameterTier, ParameterVersion, PutParameter } from './parameter';
import { checkName, checkPattern, checkTags, checkValue, dataTypeOf, isLabel, tierOf, typeOf } from './rules';

export interface ParameterStoreOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  /** AWS's public parameters, for example `/aws/service/ami-amazon-linux-latest/…`; undefined for an unknown name. */
  readonly publicParameters?: (name: string) => string | undefined;
}

/** Versions that a parameter's history keeps (C4). */
const HISTORY = 100;
/** Labels that one version may have (C5). */
const MOST_LABELS = 10;

/** SSM Parameter Store. */
export class ParameterStore implements Parameters {
  private readonly parameters: Collection<ParameterRecord>;
  private readonly versions: Collection<ParameterVersion>;

  constructor(private readonly options: ParameterStoreOptions) {
    this.parameters = options.store.collection('ssm.parameters');
    this.versions = options.store.collection('ssm.versions');
  }

  /**
   * Writes a value. The returned version is one higher than the last, and unique for every caller (C1, C2): nothing is
   * awaited between reading and writing.
   */
  put(request: PutParameter): { version: number; tier: ParameterTier } {
    const name = this.nameOf(request.name);
    checkName(name);
    const previous = this.parameters.get(name);
    if (previous && !request.overwrite) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    const next = this.next(name, request, previous);
    this.options.store.transaction(() => {
      const { tags: _, ...written } = next;
      this.forgetOldest(next);
      this.versions.put(versionKey(name, next.version), {
        ...written,
        value: request.value,
        labels: [],
        modifiedAt: this.options.clock.now().toISOString(),
        modifiedBy: request.by,
      });
      this.parameters.put(name, next);
    });
    return { version: next.version, tier: next.tier };
  }

  /**
   * A parameter by name, by ARN, or by either with a selector, `name:3` or `name:label` (C11).
   * Throws `ParameterNotFound`, `ParameterVersionNotFound`.
   */
  get(nameOrArn: string): FoundParameter {
    const { name, selector } = this.parse(nameOrArn);
    const latest = this.parameters.get(name);
    if (!latest) return this.publicParameter(name);
    if (selector === undefined) return this.version(name, latest.version) as ParameterVersion;
    const found = /^\d+$/.test(selector)
      ? this.version(name, Number(selector))
      : this.history(name).find(({ labels }) => labels.includes(selector));
    if (found) return { ...found, selector: `:${selector}` };
    throw new AwsError(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
    );
  }

  /** As `get`; undefined if it does not exist. */
  find(nameOrArn: string): FoundParameter | undefined {
    try {
      return this.get(nameOrArn);
    } catch (error) {
      if (isAwsError(error, 'ParameterNotFound', 'ParameterVersionNotFound')) return undefined;
      throw error;
    }
  }

  value(name: string): string | undefined {
    return this.find(name)?.value;
  }

  /** Parameters under a path; the direct children only, unless `recursive`. */
  byPath(path: string, recursive: boolean): ParameterVersion[] {
    const prefix = path.endsWith('/') ? path : `${path}/`;
    return this.parameters
      .values(prefix)
      .filter(({ name }) => recursive || !name.slice(prefix.length).includes('/'))
      .map(({ name, version }) => this.version(name, version) as ParameterVersion);
  }

  /** The versions that are kept, oldest first. Throws `ParameterNotFound`. */
  history(name: string): ParameterVersion[] {
    this.existing(name);
    return this.versions.values(`${name}:`);
  }

  /** Every parameter with its latest version, in the order of their names. */
  list(): { record: ParameterRecord; latest: ParameterVersion }[] {
    return this.parameters
      .values()
      .map((record) => ({ record, latest: this.version(record.name, record.version) as ParameterVersion }));
  }

  /** Throws `ParameterNotFound`. A later parameter of the same name begins at version 1 again (C6). */
  delete(name: string): void {
    this.existing(name);
    this.options.store.transaction(() => {
      for (const [key] of this.versions.entries(`${name}:`)) this.versions.delete(key);
      this.parameters.delete(name);
    });
  }

  /** Moves labels to a version (default: the latest) (C5). */
  label(request: { name: string; version?: number; labels: readonly string[] }): {
    invalid: string[];
    version: number;
  } {
    const { name } = request;
    const version = request.version ?? this.existing(name).version;
    const target = this.existingVersion(name, version);
    const valid = request.labels.filter(isLabel);
    const labels = [...new Set([...target.labels, ...valid])];
    if (labels.length > MOST_LABELS) {
      throw new AwsError(
        'ParameterVersionLabelLimitExceeded',
        `An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion operation: A parameter version can have maximum ${MOST_LABELS} labels.Move one or more labels to another version and try again.`,
      );
    }
    this.options.store.transaction(() => {
      for (const other of this.history(name)) {
        const kept = other.labels.filter((label) => !valid.includes(label));
        if (kept.length < other.labels.length) this.relabel(other, kept);
      }
      this.relabel(target, labels);
    });
    return { invalid: request.labels.filter((label) => !isLabel(label)), version };
  }

  /** Takes labels from a version. Those it does not have are `invalid`. */
  unlabel(request: { name: string; version: number; labels: readonly string[] }): {
    removed: string[];
    invalid: string[];
  } {
    const target = this.existingVersion(request.name, request.version);
    this.relabel(
      target,
      target.labels.filter((label) => !request.labels.includes(label)),
    );
    return {
      removed: request.labels.filter((label) => target.labels.includes(label)),
      invalid: request.labels.filter((label) => !target.labels.includes(label)),
    };
  }

  /** Replaces the tags by the result of `change`. Throws `InvalidResourceId`. */
  retag(name: string, change: (tags: Readonly<Record<string, string>>) => Readonly<Record<string, string>>): void {
    const record = this.parameters.get(this.parse(name).name);
    if (!record)
      throw new AwsError('InvalidResourceId', `The resource ID "${name}" is not valid. Verify the ID and try again.`);
    const tags = change(record.tags);
    checkTags(tags);
    this.parameters.put(record.name, { ...record, tags });
  }

  tags(name: string): Readonly<Record<string, string>> {
    let tags: Readonly<Record<string, string>> = {};
    this.retag(name, (current) => {
      tags = current;
      return current;
    });
    return tags;
  }

  arn(name: string): string {
    return arn(this.options.scope, 'ssm', `parameter${name.startsWith('/') ? '' : '/'}${name}`);
  }

  private next(name: string, request: PutParameter, previous: ParameterRecord | undefined): ParameterRecord {
    const type = previous && request.type === undefined ? previous.type : typeOf(request.type);
    if (previous && previous.type !== type) {
      throw new AwsError(
        'HierarchyTypeMismatchException',
        "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. Create a new, unique parameter.",
      );
    }
    const tier = tierOf(request.tier ?? previous?.tier, request.value);
    const allowedPattern = request.allowedPattern ?? previous?.allowedPattern;
    checkValue(request, tier);
    checkPattern(request.value, allowedPattern);
    checkTags(request.tags ?? {});
    return {
      name,
      type,
      tier,
      dataType: dataTypeOf(request.dataType ?? previous?.dataType),
      description: request.description ?? previous?.description,
      allowedPattern,
      version: (previous?.version ?? 0) + 1,
      tags: previous?.tags ?? request.tags ?? {},
    };
  }

  /** Makes room in the history; refuses if the oldest version has a label (C4). */
  private forgetOldest({ name, version }: ParameterRecord): void {
    const oldest = this.version(name, version - HISTORY);
    if (!oldest) return;
    if (oldest.labels.length) {
      throw new AwsError(
        'ParameterMaxVersionLimitExceeded',
        `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
      );
    }
    this.versions.delete(versionKey(name, oldest.version));
  }

  private publicParameter(name: string): FoundParameter {
    const value = this.options.publicParameters?.(name);
    if (value === undefined) throw notFound(name);
    return {
      name,
      value,
      version: 1,
      type: 'String',
      tier: 'Standard',
      dataType: 'text',
      labels: [],
      modifiedAt: '1970-01-01T00:00:00.000Z',
      modifiedBy: 'ssm.amazonaws.com',
    };
  }

  private existing(name: string): ParameterRecord {
    const record = this.parameters.get(name);
    if (!record) throw notFound(name);
    return record;
  }

  private existingVersion(name: string, version: number): ParameterVersion {
    this.existing(name);
    const found = this.version(name, version);
    if (found) return found;
    throw new AwsError(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
    );
  }

  private version(name: string, version: number): ParameterVersion | undefined {
    return this.versions.get(versionKey(name, version));
  }

  private relabel(version: ParameterVersion, labels: readonly string[]): void {
    this.versions.put(versionKey(version.name, version.version), { ...version, labels });
  }

  private nameOf(nameOrArn: string): string {
    return this.parse(nameOrArn).name;
  }

  /** `name` and `/name` are one parameter, in either spelling. */
  private spelled(name: string): string {
    const other = name.startsWith('/') ? name.slice(1) : `/${name}`;
    return !this.parameters.get(name) && this.parameters.get(other) && !other.slice(1).includes('/') ? other : name;
  }

  /** In an ARN the slash after `parameter` belongs to the name if the name is a path. */
  private parse(nameOrArn: string): { name: string; selector?: string } {
    const resource = parseArn(nameOrArn)?.resource;
    const text = resource?.startsWith('parameter/') ? resource.slice('parameter'.length) : nameOrArn;
    const colon = text.indexOf(':');
    const path = colon < 0 ? text : text.slice(0, colon);
    const isPath = text === nameOrArn || path.lastIndexOf('/') > 0 || this.parameters.get(path) !== undefined;
    const name = this.spelled(isPath ? path : path.slice(1));
    return colon < 0 ? { name } : { name, selector: text.slice(colon + 1) };
  }
}

const versionKey = (name: string, version: number) => `${name}:${String(version).padStart(12, '0')}`;

/** AWS's own message is empty; a name helps the reader. */
const notFound = (name: string) => new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
