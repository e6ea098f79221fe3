import type { Scope } from '../../kernel/arn';

/** The policy that every topic begins with: all to its owner's account, nothing to a service. */
export function defaultPolicy({ account }: Scope, topicArn: string): object {
  const actions = ['GetTopicAttributes', 'SetTopicAttributes', 'AddPermission', 'RemovePermission', 'DeleteTopic'];
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [...actions, 'Subscribe', 'ListSubscriptionsByTopic', 'Publish'].map((action) => `SNS:${action}`),
        Resource: topicArn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
    ],
  };
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
}

/** True if a policy of a topic names a service as one that may publish. Its conditions are not decided on. */
export function letsServicePublish(policy: object, service: string): boolean {
  const { Statement = [] } = policy as { Statement?: Statement | readonly Statement[] };
  return list(Statement).some(({ Effect, Principal = {}, Action = [] }) => {
    if (Effect !== 'Allow' || !list(Action).some((action) => /^(\*|sns:(\*|publish))$/i.test(action))) return false;
    return Principal === '*' || (typeof Principal === 'object' && list(Principal['Service'] ?? []).includes(service));
  });
}

function list<T>(one: T | readonly T[]): readonly T[] {
  return Array.isArray(one) ? one : [one as T];
}
