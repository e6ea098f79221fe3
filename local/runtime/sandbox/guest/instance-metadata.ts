import { get, type IncomingMessage, request } from 'node:http';
import type { Credentials } from '../../../kernel/principal';

const HOST = '169.254.169.254';

/** Asks the metadata service, with a token for version 2. Undefined without an answer. */
export async function instanceMetadata(): Promise<(path: string) => Promise<string | undefined>> {
  const token = await text(
    request({
      host: HOST,
      path: '/latest/api/token',
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '300' },
    }).end(),
  );
  return (path) =>
    text(get({ host: HOST, path: `/latest/${path}`, headers: { 'x-aws-ec2-metadata-token': token ?? '' } }));
}

/** Returns the instance's own identity, or else its role's. Throws if it has neither. */
export async function instanceCredentials(ask: (path: string) => Promise<string | undefined>): Promise<Credentials> {
  const identity = await ask('meta-data/identity-credentials/ec2/security-credentials/ec2-instance');
  const role = identity ?? (await ask('meta-data/iam/security-credentials/'));
  const document = identity ?? (role && (await ask(`meta-data/iam/security-credentials/${role}`)));
  if (!document) throw new Error('this instance has no credentials to sign with: give it an instance profile');
  const found = JSON.parse(document) as { AccessKeyId: string; SecretAccessKey: string; Token?: string };
  return { accessKeyId: found.AccessKeyId, secretAccessKey: found.SecretAccessKey, sessionToken: found.Token };
}

function text(asked: ReturnType<typeof get>): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    asked.on('error', (error) => reject(new Error(`the instance metadata service does not answer: ${error.message}`)));
    asked.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString() : undefined));
    });
  });
}
