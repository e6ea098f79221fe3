import { NotSupportedLocally } from '../../kernel/failure';
import { matchesWildcard } from '../../kernel/pattern';
import type { Principal } from '../../kernel/principal';
import { parsePolicy, type Statement } from './policy-document';

/** Caller that wants to assume a role: a service by name, or a user or role by its principal. */
export type Caller = { readonly service: string; readonly account: string } | { readonly principal: Principal };

/**
 * True if a trust policy permits `caller` to assume its role: a statement allows it and none denies it. It evaluates
 * actions, AWS and service principals, and string and ARN conditions on properties of the caller. Other elements are
 * refused by name instead of guessed.
 */
export function trusts(document: string, caller: Caller, externalId?: string): boolean {
  const context = contextOf(caller, externalId);
  const applying = parsePolicy(document).filter((statement) => applies(statement, caller, context));
  return applying.some(({ effect }) => effect === 'Allow') && !applying.some(({ effect }) => effect === 'Deny');
}

type Context = Readonly<Record<string, string | undefined>>;

function contextOf(caller: Caller, externalId: string | undefined): Context {
  if ('service' in caller) return { 'aws:sourceaccount': caller.account, 'sts:externalid': externalId };
  const { account, arn, roleArn } = caller.principal;
  return { 'aws:principalaccount': account, 'aws:principalarn': roleArn ?? arn, 'sts:externalid': externalId };
}

function applies(statement: Statement, caller: Caller, context: Context): boolean {
  if (statement.others.length) throw new NotSupportedLocally(`${statement.others[0]} in a trust policy`);
  return (
    statement.actions.some((action) => matchesWildcard('sts:assumerole', action.toLowerCase())) &&
    isNamed(statement.principals, caller) &&
    Object.entries(statement.conditions).every(([operator, keys]) => holds(operator, keys, context))
  );
}

function isNamed(principals: Statement['principals'], caller: Caller): boolean {
  if ('service' in caller) return principals['Service']?.includes(caller.service) ?? false;
  const { account, arn, roleArn } = caller.principal;
  return (principals['AWS'] ?? []).some(
    (named) => named === '*' || named === account || named === arn || named === roleArn || isRootOf(named, account),
  );
}

const isRootOf = (named: string, account: string) =>
  /^arn:[\w-]+:iam::\d{12}:root$/.test(named) && named.includes(`::${account}:`);

function holds(operator: string, keys: Readonly<Record<string, readonly string[]>>, context: Context): boolean {
  const [, base = '', ifExists] = /^(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const test = OPERATORS[base];
  if (!test && operator !== 'Null')
    throw new NotSupportedLocally(`The condition operator ${operator} in a trust policy`);
  return Object.entries(keys).every(([key, values]) => {
    if (!KNOWN_KEYS.has(key.toLowerCase())) throw new NotSupportedLocally(`The condition key ${key} in a trust policy`);
    const actual = context[key.toLowerCase()];
    // A `Null` condition: "true" means that the key is absent.
    if (!test) return values.includes(String(actual === undefined));
    if (actual === undefined) return ifExists !== undefined || base.includes('Not');
    return test(actual, values);
  });
}

const KNOWN_KEYS = new Set(['aws:sourceaccount', 'aws:principalaccount', 'aws:principalarn', 'sts:externalid']);

const OPERATORS: Readonly<Record<string, (actual: string, values: readonly string[]) => boolean>> = {
  StringEquals: (actual, values) => values.includes(actual),
  StringNotEquals: (actual, values) => !values.includes(actual),
  StringEqualsIgnoreCase: (actual, values) => values.some((value) => value.toLowerCase() === actual.toLowerCase()),
  StringLike: (actual, values) => values.some((value) => matchesWildcard(actual, value)),
  StringNotLike: (actual, values) => !values.some((value) => matchesWildcard(actual, value)),
  ArnEquals: (actual, values) => values.some((value) => matchesWildcard(actual, value)),
  ArnLike: (actual, values) => values.some((value) => matchesWildcard(actual, value)),
};
