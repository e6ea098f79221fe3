import type { Clock } from '../kernel/clock';
import { AwsError } from '../kernel/failure';
import type { Principal } from '../kernel/principal';
import type { WireRequest } from './http';
import type { ProtocolName } from './model';
import { hasSignedBody, isSignedWith, type Signature } from './signature';

/** Facts about an access key that the endpoint needs. */
export interface KnownKey {
  readonly secretAccessKey: string;
  readonly principal: Principal;
  /** True for temporary keys that have expired. */
  readonly expired?: boolean;
}

/** Finds an access key; undefined if it does not exist, or if the session token does not belong to it. */
export type KeyLookup = (accessKeyId: string, sessionToken: string | undefined) => KnownKey | undefined;

/** Conditions of the endpoint for a signature. */
export interface SignatureRules {
  readonly protocol: ProtocolName;
  readonly lookup: KeyLookup;
  readonly clock: Clock;
  /** Milliseconds by which the time of a signature may differ from this machine's; undefined: any. */
  readonly largestSkew?: number;
}

/**
 * Returns the key of a request whose body has not been read yet. Throws, in the protocol of the service, if the key is
 * unknown or expired, or if the signature is too old or too new.
 */
export function keyOf(signature: Signature, { protocol, lookup, clock, largestSkew }: SignatureRules): KnownKey {
  const key = lookup(signature.accessKeyId, signature.token);
  if (!key) throw refusal('unknown', protocol);
  if (key.expired) throw refusal('expired', protocol);
  const { expiresSeconds } = signature;
  if (expiresSeconds !== undefined && !(expiresSeconds >= 1 && expiresSeconds <= WEEK_SECONDS)) {
    const message = `X-Amz-Expires must be a number of seconds from 1 to ${WEEK_SECONDS}, a week`;
    throw new AwsError('AuthorizationQueryParametersError', message);
  }
  if (isOver(signature, clock)) throw new AwsError('AccessDenied', 'Request has expired', 403);
  if (largestSkew === undefined) return key;
  const age = clock.now().getTime() - timeOf(signature);
  // A presigned URL may be older. A time that is none is in no range.
  const isInTime = age >= -largestSkew && (age <= largestSkew || expiresSeconds !== undefined);
  if (!isInTime) throw refusal('skewed', protocol);
  return key;
}

const WEEK_SECONDS = 7 * 24 * 3600;

/**
 * Returns the principal that signed a request with `key`, which `keyOf` has returned. Throws, in the protocol of the
 * service, if the signature does not match the secret of the key.
 */
export function authenticate(
  request: WireRequest,
  signature: Signature,
  { key, protocol }: { key: KnownKey; protocol: ProtocolName },
): Principal {
  if (!isSignedWith(key.secretAccessKey, signature, request)) throw refusal('mismatch', protocol);
  if (!request.stream && !hasSignedBody(request)) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return { ...key.principal, accessKeyId: signature.accessKeyId };
}

/** Returns the refusal of a request without a signature. */
export function unsigned(protocol: ProtocolName): AwsError {
  return refusal('missing', protocol);
}

/** A presigned URL is good for a while from the moment it was made. */
function isOver(signature: Signature, clock: Clock): boolean {
  const { expiresSeconds } = signature;
  return expiresSeconds !== undefined && !(clock.now().getTime() <= timeOf(signature) + expiresSeconds * 1000);
}

/** In milliseconds since 1970; NaN if it is no time, which is in no comparison true. */
function timeOf({ timestamp }: Signature): number {
  return Date.parse(timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

type Reason = 'missing' | 'unknown' | 'expired' | 'mismatch' | 'skewed';
type Family = 'json' | 'query' | 'ec2' | 's3';

const FAMILY: Readonly<Record<ProtocolName, Family>> = {
  awsJson1_0: 'json',
  awsJson1_1: 'json',
  restJson1: 'json',
  awsQuery: 'query',
  ec2Query: 'ec2',
  restXml: 's3',
};

const NOT_VALID = 'The security token included in the request is invalid.';
const IS_EXPIRED = 'The security token included in the request is expired';
const NO_MATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const NOT_ABLE = 'AWS was not able to validate the provided access credentials';

const SKEWED = 'The difference between the request time and the current time is too large.';

/** AWS's code, message and status for the same refusal in each protocol family. */
const REFUSALS: Readonly<
  Record<Reason, Readonly<Record<Family, readonly [code: string, message: string, status: number]>>>
> = {
  missing: {
    json: ['MissingAuthenticationTokenException', 'Missing Authentication Token', 400],
    query: ['MissingAuthenticationToken', 'Request is missing Authentication Token', 403],
    ec2: ['MissingParameter', 'The request must contain the parameter AWSAccessKeyId', 400],
    s3: ['AccessDenied', 'Access Denied', 403],
  },
  unknown: {
    json: ['UnrecognizedClientException', NOT_VALID, 400],
    query: ['InvalidClientTokenId', NOT_VALID, 403],
    ec2: ['AuthFailure', NOT_ABLE, 401],
    s3: ['InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403],
  },
  expired: {
    json: ['ExpiredTokenException', IS_EXPIRED, 400],
    query: ['ExpiredToken', IS_EXPIRED, 403],
    ec2: ['RequestExpired', 'Request has expired.', 400],
    s3: ['ExpiredToken', 'The provided token has expired.', 400],
  },
  skewed: {
    json: ['InvalidSignatureException', `Signature expired: ${SKEWED}`, 400],
    query: ['SignatureDoesNotMatch', `Signature expired: ${SKEWED}`, 403],
    ec2: ['RequestExpired', 'Request has expired.', 400],
    s3: ['RequestTimeTooSkewed', SKEWED, 403],
  },
  mismatch: {
    json: ['InvalidSignatureException', NO_MATCH, 400],
    query: ['SignatureDoesNotMatch', NO_MATCH, 403],
    ec2: ['AuthFailure', NOT_ABLE, 401],
    s3: [
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      403,
    ],
  },
};

function refusal(reason: Reason, protocol: ProtocolName): AwsError {
  return new AwsError(...REFUSALS[reason][FAMILY[protocol]]);
}
