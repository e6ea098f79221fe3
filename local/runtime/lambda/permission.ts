import { matchesWildcard } from '../../kernel/pattern';

/** A statement of a function's resource policy, in the form of `AWS::Lambda::Permission`. */
export interface PermissionStatement {
  readonly Action?: string;
  /** A function's name or ARN. */
  readonly FunctionName?: string;
  readonly Principal?: string;
  readonly SourceArn?: string;
  readonly SourceAccount?: string;
}

/** True if a statement lets a service invoke on behalf of a resource. A `SourceArn` may hold `*` and `?`. */
export function letsInvoke(statement: PermissionStatement, service: string, sourceArn: string): boolean {
  const { Action = '', Principal, SourceAccount, SourceArn } = statement;
  if (!['lambda:InvokeFunction', 'lambda:*', '*'].includes(Action)) return false;
  if (Principal !== service && Principal !== '*') return false;
  if (SourceAccount !== undefined && SourceAccount !== sourceArn.split(':')[4]) return false;
  return SourceArn === undefined || matchesWildcard(sourceArn, SourceArn);
}
