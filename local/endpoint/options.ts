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
  readonly routes?: readonly EndpointRoute[];
  readonly scope: ScopeResolver;
  /** As in `SignatureRules`. Default: any. */
  readonly largestSkew?: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
}

export interface EndpointRoute {
  /** `/v1/repos/`. No S3 bucket can be hidden by it: a bucket's name has three characters or more. */
  readonly prefix: string;
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

/**
 * Returns the account and region of a call: the signer's account, in the region it signed for. Throws `AwsError` where
 * nothing is served.
 */
export type ScopeResolver = (call: { principal: Principal; region: string; service: string }) => Scope;

/** Services whose requests may be signed for any region: they are global, or have one namespace for all buckets. */
const REGIONLESS = new Set(['iam', 'sts', 's3']);

/**
 * Serves every account in every region of `home`'s partition: a call reaches its signer's account in the region of its
 * signature. Global services are in `home`'s region.
 */
export function everyScope(home: Scope): ScopeResolver {
  return ({ principal: { account }, region, service }) => {
    if (region === home.region || service === 'iam' || service === 'sts') return { ...home, account };
    if (REGION.test(region)) return { ...home, account, region };
    throw new NotSupportedLocally(`The region ${region}`, `only regions of the partition ${home.partition} are served`);
  };
}

/** Region names of the partition `aws`; other partitions have recognizable names: `us-gov-west-1`, `cn-north-1`. */
const REGION = /^(?!us-gov-|us-iso|eu-isoe-|eusc-|cn-)[a-z]{2}-[a-z]+-\d{1,2}$/;

/** Serves one region of one account, and refuses another with its name. */
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
