import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../../kernel/clock';
import type { Ids } from '../../kernel/ids';
import type { MetadataSource } from '../../kernel/machines';
import type { Credentials } from '../../kernel/principal';

export interface MetadataServerOptions {
  readonly source: MetadataSource;
  readonly clock: Clock;
  readonly ids: Ids;
}

const TOKEN_TTL = 'x-aws-ec2-metadata-token-ttl-seconds';
const TOKEN = 'x-aws-ec2-metadata-token';
const LONGEST_TTL_SECONDS = 21_600;

/** The oldest are forgotten beyond this number: a guest can ask for tokens without end. */
const MOST_TOKENS = 10_000;

/**
 * The instance metadata service, version 2: `PUT /latest/api/token` first, and the token with every question.
 * Times are this machine's real ones: tokens and credentials are not waits.
 */
export function metadataServer(options: MetadataServerOptions): Server {
  const tokens = new Map<string, number>();
  return createServer((request, response) => {
    const path = pathOf(request.url ?? '/').replace(/^\/\d{4}-\d\d-\d\d\//, '/latest/');
    if (path === '/latest/api/token') return giveToken(options, tokens, { request, response });
    if (!isLetIn(options, tokens, request)) return answer(response, 401, '401 - Unauthorized');
    if (request.method !== 'GET') return answer(response, 405, '405 - Method Not Allowed');
    const found = lookUp(tree(options), path);
    if (found === undefined) return answer(response, 404, '404 - Not Found');
    answer(response, 200, found);
  });
}

/** A guest can send an address that is none: it is cut, not parsed. */
function pathOf(address: string): string {
  return address.replace(/^https?:\/\/[^/]*/, '').replace(/[?#].*$/s, '');
}

function isLetIn(
  { source, clock }: MetadataServerOptions,
  tokens: Map<string, number>,
  request: IncomingMessage,
): boolean {
  const token = request.headers[TOKEN];
  if (token === undefined) return source.tokenRequired === false;
  return (tokens.get(String(token)) ?? Number.NEGATIVE_INFINITY) > clock.monotonic();
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function giveToken(
  { clock, ids }: MetadataServerOptions,
  tokens: Map<string, number>,
  { request, response }: Exchange,
): void {
  if (request.method !== 'PUT') return answer(response, 405, '405 - Method Not Allowed');
  // A request through a proxy is refused, as AWS does against request forgery.
  if (request.headers['x-forwarded-for'] !== undefined) return answer(response, 403, '403 - Forbidden');
  const seconds = Number(request.headers[TOKEN_TTL]);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_TTL_SECONDS)
    return answer(response, 400, '400 - Bad Request');
  const now = clock.monotonic();
  for (const [token, expires] of tokens) if (expires < now || tokens.size >= MOST_TOKENS) tokens.delete(token);
  const token = ids.secret(40);
  tokens.set(token, now + seconds * 1000);
  response.setHeader(TOKEN_TTL, String(seconds));
  answer(response, 200, token);
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain',
    'content-length': Buffer.byteLength(text),
    server: 'EC2ws',
  });
  response.end(text);
}

/** A directory of answers; a function is called at its request, and undefined means absent. */
interface Tree {
  [name: string]: Tree | string | undefined | (() => Tree | string | undefined);
}

/** The answer at `path`: a text, or a directory's names, of which those that are directories end in a slash. */
function lookUp(root: Tree, path: string): string | undefined {
  let at: Tree[string] = root;
  for (const name of path.split('/').filter(Boolean).map(decodeURIComponent)) {
    if (typeof at === 'function') at = at();
    if (at === undefined || typeof at === 'string' || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  if (typeof at === 'function') at = at();
  if (at === undefined || typeof at === 'string') return at;
  const names = Object.entries(at).map(
    ([name, value]) => [name, typeof value === 'function' ? value() : value] as const,
  );
  return names
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (typeof value === 'object' ? `${name}/` : name))
    .join('\n');
}

function tree({ source, clock }: MetadataServerOptions): Tree {
  const role = () => source.credentials();
  const hostname = `${privateName(source.privateIp)}.${source.region}.compute.internal`;
  return {
    latest: {
      'user-data': source.userData,
      dynamic: { 'instance-identity': { document: JSON.stringify(identityDocument(source), undefined, 2) } },
      'meta-data': {
        'ami-id': source.imageId,
        'ami-launch-index': '0',
        hostname,
        iam: () =>
          role() && { info: () => profileInfo(source, clock), 'security-credentials': () => roleTree(source, clock) },
        'identity-credentials': () => identityTree(source, clock),
        'instance-id': source.instanceId,
        'instance-life-cycle': 'on-demand',
        'instance-type': source.instanceType,
        'local-hostname': hostname,
        'local-ipv4': source.privateIp,
        placement: { 'availability-zone': source.availabilityZone, region: source.region },
        services: { domain: 'amazonaws.com', partition: 'aws' },
        tags: () => tagTree(source),
      },
    },
  };
}

function tagTree(source: MetadataSource): Tree | undefined {
  const tags = source.tags();
  return tags && { instance: { ...tags } };
}

function profileInfo(source: MetadataSource, clock: Clock): string | undefined {
  const role = source.credentials();
  return (
    role &&
    JSON.stringify({
      Code: 'Success',
      LastUpdated: seconds(clock.now()),
      InstanceProfileArn: role.instanceProfileArn,
      InstanceProfileId: role.instanceProfileId,
    })
  );
}

function roleTree(source: MetadataSource, clock: Clock): Tree | undefined {
  const role = source.credentials();
  return role && { [role.roleName]: () => credentialsDocument(role.credentials, clock) };
}

function identityTree(source: MetadataSource, clock: Clock): Tree | undefined {
  const credentials = source.identityCredentials?.();
  return (
    credentials && { ec2: { 'security-credentials': { 'ec2-instance': credentialsDocument(credentials, clock) } } }
  );
}

function credentialsDocument(credentials: Credentials, clock: Clock): string {
  return JSON.stringify({
    Code: 'Success',
    LastUpdated: seconds(clock.now()),
    Type: 'AWS-HMAC',
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    // The SDK will not use credentials of the metadata service without a moment at which they end.
    Expiration: seconds(credentials.expiration ?? new Date(clock.now().getTime() + 6 * 3600_000)),
  });
}

function identityDocument(source: MetadataSource): object {
  return {
    accountId: source.accountId,
    architecture: source.architecture,
    availabilityZone: source.availabilityZone,
    imageId: source.imageId,
    instanceId: source.instanceId,
    instanceType: source.instanceType,
    pendingTime: seconds(source.launchTime),
    privateIp: source.privateIp,
    region: source.region,
    version: '2017-09-30',
  };
}

function seconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `ip-10-0-0-4`: the name that AWS gives an instance. */
function privateName(privateIp: string): string {
  return `ip-${privateIp.replaceAll('.', '-')}`;
}
