import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { autoscalingOperations } from '../../../../local/endpoint/operations/autoscaling';
import { singleScope } from '../../../../local/endpoint/options';
import { startEndpoint } from '../../../../local/endpoint/server';
import { service } from '../../../../local/endpoint/service';
import { SystemClock } from '../../../../local/kernel/clock';
import type { Principal } from '../../../../local/kernel/principal';
import { room, testScope } from '../../../rig/room';
import { type Fleet, fleet } from '../../runtime/autoscaling/controllable-servers';

const principal: Principal = { kind: 'user', account: testScope.account, arn: 'arn:aws:iam::000000000000:user/me' };
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

/** Auto Scaling over controllable servers, spoken to by the SDK. */
export interface ScalingEndpoint {
  readonly servers: Fleet;
  readonly client: AutoScalingClient;
  close(): Promise<void>;
}

export async function scalingEndpoint(servers = fleet()): Promise<ScalingEndpoint> {
  const endpoint = await startEndpoint({
    ...room(new SystemClock()),
    port: 0,
    credentials: () => ({ ...credentials, principal }),
    scope: singleScope(testScope),
    services: {
      autoscaling: service(() => import('@aws-sdk/client-auto-scaling'), autoscalingOperations(servers.scaling)),
    },
  });
  const client = new AutoScalingClient({ endpoint: endpoint.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  return {
    servers,
    client,
    async close() {
      client.destroy();
      await endpoint.close();
    },
  };
}
