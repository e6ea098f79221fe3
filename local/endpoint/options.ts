import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Scope } from '../kernel/arn';
import type { Clock } from '../kernel/clock';
import type { EventBus } from '../kernel/events';
import { AwsError } from '../kernel/failure';
import type { Ids } from '../kernel/ids';
import type { Principal } from '../kernel/principal';
import type { KeyLookup } from './authentication';
import type { ServiceDefinition } from './service';

export interface EndpointOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** By signing name: `ssm`, `s3`, `elasticloadbalancing` … */
  readonly services: Readonly<Record<string, ServiceDefinition>>;
  readonly credentials: KeyLookup;
  /** Paths that are not AWS's protocols, git's for instance. They see requests without an AWS signature only. */
  readonly routes?: readonly Route[];
  readonly scope: ScopeResolver;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
}

export interface Route {
  /** `/v1/repos/`. No S3 bucket can be hidden by it: a bucket's name has three characters or more. */
  readonly prefix: string;
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

/** Where a call lands: the signer's account, in the region it signed for. Throws `AwsError` where nothing is served. */
export type ScopeResolver = (call: { principal: Principal; region: string; service: string }) => Scope;

/** Services whose requests may be signed for any region: they have none, or one for all buckets. */
const REGIONLESS = new Set(['iam', 'sts', 's3']);

/** Serves one region of one account, and says so to a caller who means another. */
export function singleScope(scope: Scope): ScopeResolver {
  return ({ region, service }) => {
    if (region === scope.region || REGIONLESS.has(service)) return scope;
    throw new AwsError(
      'NotSupportedLocally',
      `The local runtime serves the region ${scope.region}; this request was made for ${region}. Set AWS_REGION=${scope.region}.`,
      501,
    );
  };
}
