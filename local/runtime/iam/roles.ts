import { iamArn } from '../../kernel/arn';
import { AwsError } from '../../kernel/failure';
import type { Collection } from '../../kernel/store';
import type { IamOptions } from './iam-options';
import { checkPermissionPolicy, parsePolicy } from './policy-document';
import { checkAttachedPolicies, checkInlinePolicies, checkTrustPolicy } from './policy-quotas';

/** A role. Documents are JSON text as they were given; dates are ISO strings. */
export interface RoleRecord {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly trust: string;
  readonly description?: string;
  readonly maxSessionSeconds: number;
  readonly permissionsBoundary?: string;
  /** Inline policies: documents by name. */
  readonly policies: Readonly<Record<string, string>>;
  /** ARNs of the managed policies attached to it. */
  readonly attached: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: string;
}

export interface NewRole {
  readonly name: string;
  readonly trust: string;
  readonly path?: string;
  readonly description?: string;
  readonly maxSessionSeconds?: number;
  readonly permissionsBoundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

const DEFAULT_SESSION_SECONDS = 3600;

/** IAM's roles, with their trust policies, inline policies and attachments. */
export class IamRoles {
  private readonly roles: Collection<RoleRecord>;

  constructor(private readonly options: IamOptions) {
    this.roles = options.store.collection('iam.roles');
  }

  /** Throws `EntityAlreadyExists`, `MalformedPolicyDocument`, `LimitExceeded`. */
  create({
    name,
    trust,
    path = '/',
    maxSessionSeconds = DEFAULT_SESSION_SECONDS,
    tags = {},
    ...rest
  }: NewRole): RoleRecord {
    checkEntityName(name, 'roleName');
    if (this.roles.get(name)) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
    parsePolicy(trust);
    checkTrustPolicy(trust);
    const role: RoleRecord = {
      ...rest,
      name,
      path,
      trust,
      maxSessionSeconds,
      tags,
      id: `AROA${this.options.ids.letters(17)}`,
      arn: iamArn(this.options.scope, `role${path}${name}`),
      policies: {},
      attached: [],
      createdAt: this.options.clock.now().toISOString(),
    };
    this.roles.put(name, role);
    return role;
  }

  /** Throws `NoSuchEntity`. */
  get(name: string): RoleRecord {
    const role = this.roles.get(name);
    if (!role) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
    return role;
  }

  find(nameOrArn: string): RoleRecord | undefined {
    const role = this.roles.get(nameOrArn.split('/').pop() ?? '');
    return role && (nameOrArn === role.name || nameOrArn === role.arn) ? role : undefined;
  }

  list(): RoleRecord[] {
    return this.roles.values();
  }

  /** Throws `NoSuchEntity`, `MalformedPolicyDocument`, `LimitExceeded`. */
  update(name: string, change: Partial<Omit<RoleRecord, 'name' | 'id' | 'arn' | 'path' | 'createdAt'>>): void {
    const role = this.get(name);
    if (change.trust !== undefined) {
      parsePolicy(change.trust);
      checkTrustPolicy(change.trust);
    }
    this.roles.put(name, { ...role, ...change });
  }

  /** Writes an inline policy, or replaces the one of that name. Throws `MalformedPolicyDocument`, `LimitExceeded`. */
  putPolicy(role: string, policyName: string, document: string): void {
    checkPermissionPolicy(document);
    const policies = { ...this.get(role).policies, [policyName]: document };
    checkInlinePolicies(role, Object.values(policies));
    this.update(role, { policies });
  }

  /** Throws `NoSuchEntity`. */
  policy(role: string, policyName: string): string {
    const document = this.get(role).policies[policyName];
    if (document !== undefined) return document;
    throw new AwsError('NoSuchEntity', `The role policy with name ${policyName} cannot be found.`, 404);
  }

  /** Throws `NoSuchEntity`. */
  deletePolicy(role: string, policyName: string): void {
    this.policy(role, policyName);
    const { [policyName]: _, ...policies } = this.get(role).policies;
    this.update(role, { policies });
  }

  /**
   * AWS's managed policies are accepted by their ARN alone: there is no catalogue of them here. Throws `LimitExceeded`.
   */
  attach(role: string, policyArn: string): void {
    const attached = [...new Set([...this.get(role).attached, policyArn])];
    checkAttachedPolicies(attached);
    this.update(role, { attached });
  }

  /** Throws `NoSuchEntity`. */
  detach(role: string, policyArn: string): void {
    const { attached } = this.get(role);
    if (!attached.includes(policyArn)) {
      throw new AwsError('NoSuchEntity', `Policy ${policyArn} was not found.`, 404);
    }
    this.update(role, { attached: attached.filter((other) => other !== policyArn) });
  }

  /** Throws `DeleteConflict` while the role has policies. */
  delete(name: string): void {
    const role = this.get(name);
    if (role.attached.length) {
      throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
    }
    if (Object.keys(role.policies).length) {
      throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
    }
    this.roles.delete(name);
  }
}

/** Refuses a name that IAM refuses. `member` is the request's member that holds it. */
export function checkEntityName(name: string, member: string): void {
  const longest = member === 'roleName' ? 64 : 128;
  if (/^[\w+=,.@-]+$/.test(name) && name.length <= longest) return;
  const why =
    name.length > longest
      ? `have length less than or equal to ${longest}`
      : 'satisfy regular expression pattern: [\\w+=,.@-]+';
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: Member must ${why}`,
  );
}
