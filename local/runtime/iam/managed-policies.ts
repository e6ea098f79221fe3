import { iamArn } from '../../kernel/arn';
import { AwsError } from '../../kernel/failure';
import type { Collection } from '../../kernel/store';
import type { IamOptions } from './iam-options';
import { checkPermissionPolicy } from './policy-document';
import { checkManagedPolicy } from './policy-quotas';
import { checkEntityName, type IamRoles } from './roles';

export interface ManagedPolicyRecord {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly description?: string;
  /** Oldest first; `id` is `v1`, `v2` … */
  readonly versions: readonly { readonly id: string; readonly document: string; readonly createdAt: string }[];
  readonly defaultVersion: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: string;
}

export interface NewManagedPolicy {
  readonly name: string;
  readonly document: string;
  readonly path?: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

const MOST_VERSIONS = 5;

/** Managed policies of the account's own. */
export class ManagedPolicies {
  private readonly policies: Collection<ManagedPolicyRecord>;

  constructor(
    private readonly options: IamOptions,
    private readonly roles: IamRoles,
  ) {
    this.policies = options.store.collection('iam.policies');
  }

  /** Throws `EntityAlreadyExists`, `MalformedPolicyDocument`, `LimitExceeded`. */
  create({ name, document, path = '/', description, tags = {} }: NewManagedPolicy): ManagedPolicyRecord {
    checkEntityName(name, 'policyName');
    const arn = iamArn(this.options.scope, `policy${path}${name}`);
    if (this.policies.get(arn)) {
      throw new AwsError(
        'EntityAlreadyExists',
        `A policy called ${name} already exists. Duplicate names are not allowed.`,
        409,
      );
    }
    checkPermissionPolicy(document);
    checkManagedPolicy(document);
    const createdAt = this.options.clock.now().toISOString();
    const policy: ManagedPolicyRecord = {
      name,
      path,
      id: `ANPA${this.options.ids.letters(17)}`,
      arn,
      description,
      versions: [{ id: 'v1', document, createdAt }],
      defaultVersion: 'v1',
      tags,
      createdAt,
    };
    this.policies.put(arn, policy);
    return policy;
  }

  /** Throws `NoSuchEntity`. */
  get(arn: string): ManagedPolicyRecord {
    const policy = this.policies.get(arn);
    if (!policy) throw new AwsError('NoSuchEntity', `Policy ${arn} was not found.`, 404);
    return policy;
  }

  list(): ManagedPolicyRecord[] {
    return this.policies.values();
  }

  /** The roles it is attached to. */
  rolesOf(arn: string): string[] {
    return this.roles
      .list()
      .filter(({ attached }) => attached.includes(arn))
      .map(({ name }) => name);
  }

  /**
   * Adds a new default version; with five versions, the oldest other one is deleted, as CloudFormation does. Throws
   * `LimitExceeded`.
   */
  revise(arn: string, document: string): ManagedPolicyRecord {
    checkPermissionPolicy(document);
    checkManagedPolicy(document);
    const policy = this.get(arn);
    const newest = Number(policy.versions.at(-1)?.id.slice(1) ?? 0);
    const version = { id: `v${newest + 1}`, document, createdAt: this.options.clock.now().toISOString() };
    const revised = {
      ...policy,
      versions: [...policy.versions.slice(1 - MOST_VERSIONS), version],
      defaultVersion: version.id,
    };
    this.policies.put(arn, revised);
    return revised;
  }

  /** Throws `DeleteConflict` while it is attached. */
  delete(arn: string): void {
    this.get(arn);
    if (this.rolesOf(arn).length) {
      throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.', 409);
    }
    this.policies.delete(arn);
  }
}
