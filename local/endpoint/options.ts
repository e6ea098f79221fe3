import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Scope } from '../kernel/arn';
import type { Clock } from '../kernel/clock';
import type { EventBus } from '../kernel/events';
import { AwsError, NotSupportedLocally } from '../kernel/failure';
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

/**
 * Returns the account and region of a call: the signer's account, in the region it signed for. Throws `AwsError` where
 * nothing is served.
 */
export type ScopeResolver = (call: { principal: Principal; region: string; service: string }) => Scope;

/** Services whose requests may be signed for any region: they have none, or one for all buckets. */
const REGIONLESS = new Set(['iam', 'sts', 's3']);

/**
 * Serves every account in every region of `home`'s partition: a call lands with its signer's account in the region it
 * was signed for. What has no region lies in `home`'s.
 */
export function everyScope(home: Scope): ScopeResolver {
  return ({ principal: { account }, region, service }) => {
    if (region === home.region || service === 'iam' || service === 'sts') return { ...home, account };
    if (REGION.test(region)) return { ...home, account, region };
    throw new NotSupportedLocally(`The region ${region}`, `only regions of the partition ${home.partition} are served`);
  };
}

/** Names of regions of the partition `aws`; those of others say so: `us-gov-west-1`, `cn-north-1`. */
const REGION = /^(?!us-gov-|us-iso|eu-isoe-|eusc-|cn-)[a-z]{2}-[a-z]+-\d{1,2}$/;

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
