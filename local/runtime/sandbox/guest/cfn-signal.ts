import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { parseArgs } from 'node:util';
import { SignatureV4 } from '@smithy/signature-v4';
import { SystemClock } from '../../../kernel/clock';
import { messageOf } from '../../../kernel/failure';
import { finishWith } from './ask-init';
import { instanceCredentials, instanceMetadata } from './instance-metadata';

/**
 * cfn-signal, at Amazon Linux's path: reports the result of an instance's start to CloudFormation (F18). It signs as
 * the instance itself, like AWS's (F19), or with the instance's role.
 */
async function main(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: words, options: OPTIONS, allowPositionals: true });
  const refused = REFUSED.find((name) => values[name] !== undefined);
  if (refused) throw new Error(`option --${refused} is not supported inside a local machine`);
  if (positionals.length > 0)
    throw new Error('wait condition handles are not supported inside a local machine: use --stack and --resource');
  if (!values.stack || !values.resource) throw new Error('--stack and --resource are needed');
  const status = signalStatus(values['exit-code'], values.success);
  const ask = await instanceMetadata();
  const region = values.region ?? (await ask('meta-data/placement/region')) ?? 'us-east-1';
  const uniqueId = values.id ?? (await ask('meta-data/instance-id')) ?? '';
  const credentials = await instanceCredentials(ask);
  const endpoint = values.url ?? process.env['AWS_ENDPOINT_URL'] ?? `https://cloudformation.${region}.amazonaws.com`;
  const body = new URLSearchParams({
    Action: 'SignalResource',
    Version: '2010-05-15',
    StackName: values.stack,
    LogicalResourceId: values.resource,
    UniqueId: uniqueId,
    Status: status,
  }).toString();
  await post({ endpoint: new URL(endpoint), region, body, credentials });
}

const OPTIONS = {
  stack: { type: 'string' },
  resource: { type: 'string' },
  region: { type: 'string' },
  url: { type: 'string', short: 'u' },
  success: { type: 'string', short: 's' },
  'exit-code': { type: 'string', short: 'e' },
  reason: { type: 'string', short: 'r' },
  id: { type: 'string', short: 'i' },
  data: { type: 'string', short: 'd' },
  role: { type: 'string' },
  'credential-file': { type: 'string', short: 'f' },
  'access-key': { type: 'string' },
  'secret-key': { type: 'string' },
  'http-proxy': { type: 'string' },
  'https-proxy': { type: 'string' },
  verbose: { type: 'boolean', short: 'v' },
} as const;

/** They change the signer; `--data` is only for wait conditions. */
const REFUSED = ['role', 'credential-file', 'access-key', 'secret-key', 'http-proxy', 'https-proxy', 'data'] as const;

function signalStatus(exitCode: string | undefined, success: string | undefined): 'SUCCESS' | 'FAILURE' {
  if (exitCode !== undefined) return exitCode === '0' ? 'SUCCESS' : 'FAILURE';
  return success === undefined || success === 'true' ? 'SUCCESS' : 'FAILURE';
}

interface Post {
  readonly endpoint: URL;
  readonly region: string;
  readonly body: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

async function post({ endpoint, region, body, credentials }: Post): Promise<void> {
  const signer = new SignatureV4({ service: 'cloudformation', region, credentials, sha256: Sha256 });
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      port: Number(endpoint.port) || undefined,
      path: '/',
      query: {},
      headers: { host: endpoint.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body,
    },
    { signingDate: new SystemClock().now() },
  );
  const response = await fetch(endpoint, { method: 'POST', headers: signed.headers, body });
  if (response.ok) return;
  const text = await response.text();
  throw new Error(
    `${/<Code>(.*?)<\/Code>/s.exec(text)?.[1] ?? response.status}: ${/<Message>(.*?)<\/Message>/s.exec(text)?.[1] ?? text}`,
  );
}

/** The shape in which the signer wants a hash. */
class Sha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | NodeJS.ArrayBufferView);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    if (typeof data === 'string') this.hash.update(data);
    else
      this.hash.update(
        ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data),
      );
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }

  reset(): void {
    throw new Error('a hash is used once');
  }
}

main(process.argv.slice(3)).catch((error: unknown) =>
  finishWith({ exitCode: 1, output: [], errors: [`cfn-signal: ${messageOf(error)}`] }),
);
