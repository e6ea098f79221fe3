import { AwsError } from '../kernel/failure';

/** One page of a list, and the token of the next. */
export interface Page<T> {
  readonly items: T[];
  readonly next?: string;
}

/**
 * Returns the page of `items` that begins at `token`, with at most `size` items. The token holds the position, so a
 * list that changes between two pages may repeat or skip an item, as on AWS.
 */
export function pageOf<T>(items: readonly T[], request: { token?: string; size?: number }, most = 1000): Page<T> {
  const start = request.token ? positionOf(request.token) : 0;
  const end = start + Math.min(request.size ?? most, most);
  const page = items.slice(start, end);
  return end < items.length ? { items: page, next: Buffer.from(`at:${end}`).toString('base64url') } : { items: page };
}

function positionOf(token: string): number {
  const match = /^at:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  if (!match) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  return Number(match[1]);
}
