import { ask } from './ask';
import type { ReadMetadata } from './identity';

/** The link-local address of the instance metadata service: the same on every instance. */
const METADATA = 'http://169.254.169.254/latest';

/**
 * Returns a reader of the instance metadata service, version 2. It requests a session token first, since instances are
 * launched with `HttpTokens: required`. On a machine that is no instance it returns undefined for every path.
 */
export async function instanceMetadata(base: string = METADATA): Promise<ReadMetadata> {
  const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '300' };
  const token = await ask(`${base}/api/token`, { method: 'PUT', headers }).then(
    ({ status, text }) => (status === 200 ? text : undefined),
    () => undefined,
  );
  if (token === undefined) return async () => undefined;

  return async (path) => {
    const { status, text } = await ask(`${base}/meta-data/${path}`, { headers: { 'x-aws-ec2-metadata-token': token } });
    if (status === 200) return text;
    if (status === 404) return undefined;
    throw new Error(`instance metadata ${path}: HTTP ${status}`);
  };
}
