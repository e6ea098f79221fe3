import { AwsError } from '../../kernel/failure';

/*
 * The largest sizes of policies, in characters that are not white space, and the most of them that a role may have (IAM
 * guide, "IAM and AWS STS quotas"). The account's own increases of them are not known here.
 */
const INLINE_POLICIES = 10_240;
const MANAGED_POLICY = 6_144;
const TRUST_POLICY = 2_048;
const POLICIES_PER_ROLE = 10;

/** All inline policies of a role, together. Throws `LimitExceeded`. */
export function checkInlinePolicies(role: string, documents: readonly string[]): void {
  const size = documents.reduce((sum, document) => sum + sizeOf(document), 0);
  if (size > INLINE_POLICIES) exceeded(`Maximum policy size of ${INLINE_POLICIES} bytes exceeded for role ${role}`);
}

/** Throws `LimitExceeded`. */
export function checkManagedPolicy(document: string): void {
  if (sizeOf(document) > MANAGED_POLICY) exceeded(`Cannot exceed quota for PolicySize: ${MANAGED_POLICY}`);
}

/** Throws `LimitExceeded`. */
export function checkTrustPolicy(document: string): void {
  if (sizeOf(document) > TRUST_POLICY) exceeded(`Cannot exceed quota for ACLSizePerRole: ${TRUST_POLICY}`);
}

/** The managed policies of a role. Throws `LimitExceeded`. */
export function checkAttachedPolicies(arns: readonly string[]): void {
  if (arns.length > POLICIES_PER_ROLE) exceeded(`Cannot exceed quota for PoliciesPerRole: ${POLICIES_PER_ROLE}`);
}

const sizeOf = (document: string) => document.replace(/\s/g, '').length;

function exceeded(message: string): never {
  throw new AwsError('LimitExceeded', message, 409);
}
