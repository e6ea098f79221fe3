import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iamOperations } from '../../../local/endpoint/operations/iam';
import { logsOperations } from '../../../local/endpoint/operations/logs';
import { s3Operations } from '../../../local/endpoint/operations/s3';
import { ssmOperations } from '../../../local/endpoint/operations/ssm';
import { stsOperations } from '../../../local/endpoint/operations/sts';
import { type EndpointOptions, singleScope } from '../../../local/endpoint/options';
import { type Endpoint, startEndpoint } from '../../../local/endpoint/server';
import { service } from '../../../local/endpoint/service';
import { SystemClock } from '../../../local/kernel/clock';
import type { Credentials } from '../../../local/kernel/principal';
import { Iam } from '../../../local/runtime/iam/iam';
import { Identity } from '../../../local/runtime/iam/identity';
import { CloudWatchLogs } from '../../../local/runtime/logs/cloudwatch-logs';
import { S3 } from '../../../local/runtime/s3/s3';
import { ParameterStore } from '../../../local/runtime/ssm/parameter-store';
import { type Room, room } from '../../rig/room';

/** A started endpoint, the services behind it, and how a client reaches it. */
export interface Serving {
  readonly endpoint: Endpoint;
  readonly room: Room<SystemClock>;
  /** Directory of S3's bytes. */
  readonly directory: string;
  readonly parameters: ParameterStore;
  readonly s3: S3;
  readonly iam: Iam;
  readonly identity: Identity;
  readonly logs: CloudWatchLogs;
  /** An SDK client's configuration, as the administrator where no credentials are given. */
  client(credentials?: Credentials): ClientConfiguration;
  stop(): Promise<void>;
}

export interface ClientConfiguration {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly maxAttempts: number;
}

/** Serves SSM, S3, IAM, STS and Logs from memory and a temporary directory. */
export async function serve(options: Partial<EndpointOptions> = {}): Promise<Serving> {
  const made = room(new SystemClock());
  const directory = mkdtempSync(join(tmpdir(), 'endpoint-'));
  const parameters = new ParameterStore(made);
  const s3 = new S3({ ...made, directory });
  const iam = new Iam(made);
  const identity = new Identity({ ...made, iam });
  const logs = new CloudWatchLogs({ ...made, directory: join(directory, 'logs') });
  const endpoint = await startEndpoint({
    ...made,
    port: 0,
    credentials: (accessKeyId, token) => identity.lookup(accessKeyId, token),
    scope: singleScope(made.scope),
    services: {
      ssm: service(() => import('@aws-sdk/client-ssm'), ssmOperations(parameters)),
      s3: service(() => import('@aws-sdk/client-s3'), s3Operations(s3)),
      iam: service(() => import('@aws-sdk/client-iam'), iamOperations(iam, identity)),
      sts: service(() => import('@aws-sdk/client-sts'), stsOperations(identity)),
      logs: service(() => import('@aws-sdk/client-cloudwatch-logs'), logsOperations(logs)),
      ec2: service(() => import('@aws-sdk/client-ec2'), {}),
    },
    ...options,
  });
  return {
    endpoint,
    room: made,
    directory,
    parameters,
    s3,
    iam,
    identity,
    logs,
    client: (credentials = identity.administrator()) => ({
      endpoint: endpoint.url,
      region: made.scope.region,
      credentials,
      maxAttempts: 1,
    }),
    async stop() {
      await endpoint.close();
      rmSync(directory, { recursive: true });
    },
  };
}
