import { decodePath } from '../decode';
import type { WireRequest } from '../http';
import type { Model, Operation } from '../model';
import type { Match } from '../protocol';

interface Route {
  readonly operation: Operation;
  readonly method: string;
  readonly pattern: RegExp;
  readonly labels: readonly string[];
  /** Query parameters of the operation's URI, as in `?tagging` or `?list-type=2`. */
  readonly fixedQuery: readonly [name: string, value: string][];
  /** Operations that share a URI differ by the query and header members they require (S3's CopyObject, UploadPart). */
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  readonly ofBucket: boolean;
  /** The more a route asks for, the earlier it is tried. */
  readonly weight: number;
}

/** Finds the operation of a REST request by its method, path, query and headers. */
export class Routes {
  private readonly routes: readonly Route[];
  private readonly s3: boolean;

  constructor(model: Model) {
    this.s3 = model.service === 's3';
    this.routes = [...model.operations.values()]
      .filter((operation) => operation.http)
      .map((operation) => routeOf(operation, this.s3))
      .sort((a, b) => b.weight - a.weight);
  }

  find(request: WireRequest): Match | undefined {
    // The SDK's endpoint rules add S3's bucket, so its URIs lack it: take it off a path-style path.
    const [, bucket = '', tail = ''] = this.s3 ? (/^\/([^/]*)(.*)$/.exec(request.path) ?? []) : [];
    const path = bucket ? tail || '/' : request.path;
    for (const route of this.routes) {
      if (this.s3 && route.ofBucket !== (bucket !== '')) continue;
      const values = asksFor(route, request) && route.pattern.exec(path);
      if (!values) continue;
      const labels = route.labels.map((name, index) => [name, decodePath(values[index + 1] ?? '')]);
      if (bucket) labels.push(['Bucket', decodePath(bucket)]);
      return { operation: route.operation, labels: Object.fromEntries(labels) };
    }
    return undefined;
  }
}

function asksFor(route: Route, { method, query, headers }: WireRequest): boolean {
  return (
    route.method === method &&
    route.fixedQuery.every(([name, value]) => query.has(name) && (value === '' || query.get(name) === value)) &&
    route.requiredQuery.every((name) => query.has(name)) &&
    route.requiredHeaders.every((name) => name in headers)
  );
}

function routeOf(operation: Operation, s3: boolean): Route {
  const { method, uri } = operation.http ?? { method: '', uri: '' };
  const [path = '', query = ''] = uri.split('?');
  const { pattern, labels, weight } = patternOf(path);
  const fixedQuery = [...new URLSearchParams(query)].filter(([name]) => name !== 'x-id');
  const { requiredQuery, requiredHeaders, ofBucket } = requirementsOf(operation, s3);
  return {
    operation,
    method,
    pattern,
    labels,
    fixedQuery,
    requiredQuery,
    requiredHeaders,
    ofBucket,
    weight: weight + fixedQuery.length * 100 + (requiredQuery.length + requiredHeaders.length) * 50,
  };
}

function patternOf(path: string): { pattern: RegExp; labels: string[]; weight: number } {
  const labels: string[] = [];
  let weight = 0;
  const segments = path.split('/').map((segment) => {
    const [, label, greedy] = /^\{(\w+)(\+?)\}$/.exec(segment) ?? [];
    if (!label) {
      weight += 10;
      return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    }
    labels.push(label);
    weight += greedy ? 1 : 5;
    return greedy ? '(.+)' : '([^/]+)';
  });
  // A key may end in a slash, which then belongs to it.
  const end = path.endsWith('+}') ? '$' : '/?$';
  return { pattern: new RegExp(`^${segments.join('/')}${end}`, 's'), labels, weight };
}

function requirementsOf(
  { input }: Operation,
  s3: boolean,
): Pick<Route, 'requiredQuery' | 'requiredHeaders' | 'ofBucket'> {
  const requiredQuery: string[] = [];
  const requiredHeaders: string[] = [];
  let ofBucket = false;
  if (input.isUnitSchema()) return { requiredQuery, requiredHeaders, ofBucket };
  let required = Number((input.getSchema() as readonly unknown[])[6] ?? 0);
  for (const [name, member] of input.structIterator()) {
    const traits = member.getMergedTraits();
    if (s3 && name === 'Bucket' && traits.httpLabel) ofBucket = true;
    if (required-- <= 0) continue;
    if (traits.httpQuery) requiredQuery.push(traits.httpQuery);
    if (traits.httpHeader) requiredHeaders.push(traits.httpHeader.toLowerCase());
  }
  return { requiredQuery, requiredHeaders, ofBucket };
}
