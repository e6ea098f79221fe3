import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { hostname } from 'node:os';
import type { Clock } from '../../../kernel/clock';
import type { Ids } from '../../../kernel/ids';
import type { MachineReference } from '../document/references';
import { type AwsClients, sdk } from './aws-clients';
import type { Order } from './protocol';

const METADATA = { host: '169.254.169.254', tokenSeconds: 60, timeoutMs: 5_000 };

interface Surroundings {
  readonly order: Pick<Order, 'executionId' | 'accountId' | 'region'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly aws: AwsClients;
}

/** Values of the references that only the machine knows: SSM parameters, environment, instance metadata, context. */
export async function machineValue(
  reference: MachineReference,
  at: { phase: string; step: string },
  surroundings: Surroundings,
): Promise<string> {
  switch (reference.kind) {
    case 'ssm':
      return parameter(reference.name, surroundings.aws);
    case 'env': {
      const value = process.env[reference.name];
      if (value === undefined) throw new Error(`the environment variable '${reference.name}' is not set`);
      return value;
    }
    case 'imds': {
      const headers = { 'X-aws-ec2-metadata-token-ttl-seconds': String(METADATA.tokenSeconds) };
      const token = await metadata('PUT', '/latest/api/token', headers);
      const path = `/latest/meta-data/${reference.path.replace(/^\/+/, '')}`;
      return metadata('GET', path, { 'X-aws-ec2-metadata-token': token });
    }
    case 'context':
      return contextValue(reference.key, at, surroundings);
  }
}

async function parameter(name: string, aws: AwsClients): Promise<string> {
  const { GetParameterCommand } = sdk.ssm();
  const { Parameter } = await (await aws.ssm()).send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  return Parameter?.Value ?? '';
}

function contextValue(key: string, at: { phase: string; step: string }, { order, clock, ids }: Surroundings): string {
  const now = clock.now().toISOString();
  const values: Record<string, () => string> = {
    executionId: () => order.executionId,
    accountId: () => order.accountId,
    region: () => order.region,
    osPlatform: () => 'linux',
    osName: () => osRelease('NAME'),
    osVersion: () => osRelease('VERSION_ID'),
    date: () => now.slice(0, 10),
    dateTime: () => `${now.slice(0, 19)}Z`,
    uuid: () => ids.uuid(),
    hostname: () => hostname(),
    phase: () => at.phase,
    step: () => at.step,
  };
  const value = values[key];
  if (!value) throw new Error(`there is no context variable '${key}'`);
  return value();
}

function osRelease(name: string): string {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(text)?.[1] ?? '';
}

function metadata(method: 'GET' | 'PUT', path: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host: METADATA.host, method, path, headers, timeout: METADATA.timeoutMs }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`instance metadata '${path}': HTTP status ${response.statusCode}`));
      });
    });
    call.on('timeout', () => call.destroy(new Error('no answer')));
    call.on('error', (error) => reject(new Error(`instance metadata '${path}': ${error.message}`)));
    call.end();
  });
}
