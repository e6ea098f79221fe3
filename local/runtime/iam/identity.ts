import { iamArn, parseArn, type Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Roles } from '../../kernel/ports';
import type { Credentials, Principal } from '../../kernel/principal';
import type { Collection, Store } from '../../kernel/store';
import type { Iam } from './iam';
import type { RoleRecord } from './roles';
import { type Caller, trusts } from './trust';

export interface IdentityOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly iam: Iam;
  /** Returns the identity of another account; undefined if that account does not exist yet. */
  readonly elsewhere?: (account: string) => Identity | undefined;
}

interface UserKey {
  readonly userName: string;
  readonly secretAccessKey: string;
}

interface Session {
  readonly secretAccessKey: string;
  readonly token: string;
  readonly roleArn: string;
  /** `AROA…:SESSION`. */
  readonly assumedRoleId: string;
  readonly arn: string;
  readonly expiresAt: string;
}

export interface AssumeRole {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds?: number;
  readonly externalId?: string;
}

export interface AssumedRole {
  readonly credentials: Required<Credentials>;
  readonly arn: string;
  readonly assumedRoleId: string;
}

/** The person at this machine: a user with all permissions. */
export const ADMINISTRATOR = 'local-administrator';

const HOUR_SECONDS = 3600;
/**
 * Sessions of services last as long as a role permits: AWS renews them transparently, and a build's environment cannot
 * be renewed here.
 */
const SERVICE_SESSION_SECONDS = 12 * HOUR_SECONDS;

/** Identifies callers: the administrator's keys, sessions of roles, and who may assume which role. */
export class Identity implements Roles {
  private readonly keys: Collection<UserKey>;
  private readonly sessions: Collection<Session>;

  constructor(private readonly options: IdentityOptions) {
    this.keys = options.store.collection('iam.access-keys');
    this.sessions = options.store.collection('iam.sessions');
  }

  /** The administrator's keys, made on the first call and kept. */
  administrator(): Credentials {
    const [known] = this.keys.entries();
    if (known) return { accessKeyId: known[0], secretAccessKey: known[1].secretAccessKey };
    const accessKeyId = `AKIA${this.options.ids.letters(16)}`;
    const secretAccessKey = this.options.ids.secret(30);
    this.keys.put(accessKeyId, { userName: ADMINISTRATOR, secretAccessKey });
    return { accessKeyId, secretAccessKey };
  }

  /** Returns the secret and the principal of an access key; undefined if the key or its session token is unknown. */
  lookup(
    accessKeyId: string,
    sessionToken: string | undefined,
  ): { secretAccessKey: string; principal: Principal; expired?: boolean } | undefined {
    const { scope, clock } = this.options;
    const key = this.keys.get(accessKeyId);
    if (key) {
      const arn = iamArn(scope, `user/${key.userName}`);
      return {
        secretAccessKey: key.secretAccessKey,
        principal: { kind: 'user', account: scope.account, arn, accessKeyId },
      };
    }
    const session = this.sessions.get(accessKeyId);
    if (!session || session.token !== sessionToken) return undefined;
    return {
      secretAccessKey: session.secretAccessKey,
      principal: {
        kind: 'assumed-role',
        account: scope.account,
        arn: session.arn,
        roleArn: session.roleArn,
        accessKeyId,
      },
      expired: clock.now().toISOString() >= session.expiresAt,
    };
  }

  /**
   * Credentials of a role for a service that acts as it. `service` is a service's name, `codebuild.amazonaws.com`, or
   * the ARN of the role that a service already acts as (a pipeline's role assumes its actions' roles).
   */
  assume(roleArn: string, sessionName: string, service: string): Credentials {
    const home = this.options.scope.account;
    const account = parseArn(service)?.account;
    const caller: Caller = account
      ? { principal: { kind: 'assumed-role', account, arn: service, roleArn: service } }
      : { service, account: home };
    if (!account && (parseArn(roleArn)?.account ?? home) !== home) {
      throw new AwsError('AccessDenied', `Cross-account pass role is not allowed. (${roleArn})`, 403);
    }
    const { owner, role } = this.trusting(roleArn, caller);
    return owner.open(role, sessionNameOf(sessionName), SERVICE_SESSION_SECONDS).credentials;
  }

  /** STS's AssumeRole, of a role in any account. Throws `AccessDenied`, and `ValidationError` for a session longer than the role allows. */
  assumeRole(request: AssumeRole, principal: Principal): AssumedRole {
    const { owner, role } = this.trusting(request.roleArn, { principal }, request.externalId);
    const seconds = request.durationSeconds ?? Math.min(HOUR_SECONDS, role.maxSessionSeconds);
    if (seconds > role.maxSessionSeconds) {
      throw new AwsError(
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
    }
    if (!/^[\w+=,.@-]{2,64}$/.test(request.sessionName)) {
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${request.sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
      );
    }
    return owner.open(role, request.sessionName, seconds);
  }

  /** Returns the caller's unique id, as STS's GetCallerIdentity gives it. */
  userId(principal: Principal): string {
    const session = principal.accessKeyId && this.sessions.get(principal.accessKeyId);
    return session ? session.assumedRoleId : (principal.accessKeyId ?? '').replace(/^AKIA/, 'AIDA');
  }

  roleOfInstanceProfile(nameOrArn: string): string | undefined {
    const profile = this.options.iam.instanceProfiles.find(nameOrArn);
    const [role] = profile?.roles ?? [];
    return role && this.options.iam.roles.find(role)?.arn;
  }

  /** Forgets expired sessions. */
  recover(): void {
    const now = this.options.clock.now().toISOString();
    for (const [key, { expiresAt }] of this.sessions.entries()) if (expiresAt < now) this.sessions.delete(key);
  }

  /** Returns the role, if it trusts the caller, and the sessions of its account. */
  private trusting(roleArn: string, caller: Caller, externalId?: string): { owner: Identity; role: RoleRecord } {
    const account = parseArn(roleArn)?.account ?? '';
    const owner = account === this.options.scope.account ? this : this.options.elsewhere?.(account);
    const role = owner?.options.iam.roles.find(roleArn);
    if (owner && role && role.arn === roleArn && trusts(role.trust, caller, externalId)) return { owner, role };
    const who = 'service' in caller ? `Service: ${caller.service}` : `User: ${caller.principal.arn}`;
    // AWS does not tell a stranger if the role exists; on one's own machine the difference saves an hour.
    const why = role ? '' : ' because the role does not exist';
    throw new AwsError(
      'AccessDenied',
      `${who} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}${why}`,
      403,
    );
  }

  private open(role: RoleRecord, sessionName: string, seconds: number): AssumedRole {
    const { scope, clock, ids } = this.options;
    const expiration = new Date(clock.now().getTime() + seconds * 1000);
    const session: Session = {
      secretAccessKey: ids.secret(30),
      token: ids.secret(96),
      roleArn: role.arn,
      assumedRoleId: `${role.id}:${sessionName}`,
      arn: `arn:${scope.partition}:sts::${scope.account}:assumed-role/${role.name}/${sessionName}`,
      expiresAt: expiration.toISOString(),
    };
    const accessKeyId = `ASIA${ids.letters(16)}`;
    this.sessions.put(accessKeyId, session);
    return {
      credentials: {
        accessKeyId,
        secretAccessKey: session.secretAccessKey,
        sessionToken: session.token,
        expiration,
      },
      arn: session.arn,
      assumedRoleId: session.assumedRoleId,
    };
  }
}

/** Converts a service's name for its work into a session name. */
const sessionNameOf = (text: string) => text.replace(/[^\w+=,.@-]/g, '-').slice(0, 64);
