import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Grants, policyDocument } from './grant';

/*
 * The sizes that IAM allows, in characters that are not white space: of all inline policies of a role together, and of one
 * managed policy (IAM guide, "IAM and AWS STS quotas"). The grants of a function grow with the environments.
 */
const INLINE = 10_240;
const MANAGED = 6_144;

export interface FittingGrants {
  readonly inline: Grants;
  /** The grants that do not fit there, for a managed policy each. */
  readonly managed: readonly Grants[];
}

/** Divides grants among policies of limited size, in order. A grant that is too long is divided by its resources. */
export function fittingGrants(scope: Construct, grants: Grants): FittingGrants {
  const size = (some: Grants) => JSON.stringify(widest(Stack.of(scope).resolve(policyDocument(some)))).length;
  if (size(grants) <= INLINE) return { inline: grants, managed: [] };
  const policies: Record<string, Grants[string]>[] = [{}];
  for (const [name, grant] of Object.entries(grants)) {
    for (const resource of grant.on ?? ['*']) {
      const last = policies.at(-1)!;
      const more = { ...grant, on: [...(last[name]?.on ?? []), resource] };
      if (size({ ...last, [name]: more }) <= (policies.length === 1 ? INLINE : MANAGED)) last[name] = more;
      else policies.push({ [name]: { ...grant, on: [resource] } });
    }
  }
  const [inline = {}, ...managed] = policies;
  return { inline, managed };
}

/** A value of a template with the longest text that it can become on AWS. */
function widest(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(widest);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::Join': join, 'Fn::GetAtt': attribute, ...others } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return 'x'.repeat(LONGEST[Ref] ?? LONGEST_NAME);
  if (attribute) return 'x'.repeat(LONGEST_ARN);
  if (join) {
    const [separator, parts] = join as [string, unknown[]];
    return parts.map(widest).join(separator);
  }
  return Object.fromEntries(Object.entries(others).map(([key, inner]) => [key, widest(inner)]));
}

const LONGEST: Readonly<Record<string, number>> = {
  'AWS::Partition': 'aws-us-gov'.length,
  'AWS::Region': 'ap-southeast-2'.length,
  'AWS::AccountId': 12,
};
/** Maximum length of the role names that CloudFormation generates; other resources have shorter names. */
const LONGEST_NAME = 64;
const LONGEST_ARN = 'arn:aws-us-gov:iam::111111111111:role/'.length + LONGEST_NAME;
