import http from 'node:http';
import type { Clock } from '../../../../local/kernel/clock';
import { SystemClock } from '../../../../local/kernel/clock';
import type { MetricId, Metrics } from '../../../../local/kernel/ports';
import { CertificateManager } from '../../../../local/runtime/acm/certificate-manager';
import {
  ElasticLoadBalancing,
  type ElasticLoadBalancingOptions,
} from '../../../../local/runtime/elasticloadbalancing/elastic-load-balancing';
import type { Attributes, HealthCheck, ListenerAction } from '../../../../local/runtime/elasticloadbalancing/records';
import { type Room, room } from '../../../rig/room';
import { type AuthorityRig, authorityRig } from '../acm/authority-rig';
import { ControllableTarget } from './controllable-target';

/** A load balancer with one target group on real sockets, and targets that the test holds. */
export interface Balancing extends Room<Clock> {
  balancing: ElasticLoadBalancing;
  options: ElasticLoadBalancingOptions;
  groupArn: string;
  /** Metrics that CloudWatch received. */
  measured: (MetricId & Parameters<Metrics['put']>[1])[];
  port: number;
  authority: AuthorityRig;
  targets: Map<string, ControllableTarget>;
  /** Starts a target, registers it, and resolves when it is healthy. */
  join(id: string): Promise<ControllableTarget>;
  /** Resolves when a target's health becomes this. */
  becomes(id: string, state: string): Promise<void>;
  get(path?: string, options?: http.RequestOptions): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

interface Wanted {
  clock?: Clock;
  action?: (groupArn: string) => ListenerAction;
  healthCheck?: Partial<HealthCheck>;
  groupAttributes?: Attributes;
  attributes?: Attributes;
}

export async function balancing(wanted: Wanted = {}): Promise<Balancing> {
  const parts = room(wanted.clock ?? new SystemClock(100));
  const targets = new Map<string, ControllableTarget>();
  const measured: Balancing['measured'] = [];
  const authority = authorityRig();
  const options: ElasticLoadBalancingOptions = {
    ...parts,
    basePort: 0,
    certificates: new CertificateManager({ ...parts, ...authority, anyAccount: false }),
    metrics: { put: (metric, sample) => void measured.push({ ...metric, ...sample }) },
    connect: (id) => targets.get(id)?.socketPath,
    publicAddresses: { mapPublicAddresses: () => {}, releasePublicAddresses: () => {} },
    subnet: (id) => ({ vpcId: 'vpc-1', availabilityZone: `eu-west-1${id.at(-1)}` }),
  };
  const service = new ElasticLoadBalancing(options);
  const balancer = await service.createLoadBalancer({
    name: 'web',
    scheme: 'internet-facing',
    ipAddressType: 'ipv4',
    subnets: ['subnet-a', 'subnet-b'],
    securityGroups: [],
    attributes: wanted.attributes ?? {},
    tags: {},
  });
  const group = service.targetGroups.create({
    name: 'servers',
    port: 8080,
    healthCheck: { path: '/health', intervalSeconds: 5, timeoutSeconds: 2, healthyThreshold: 2, ...wanted.healthCheck },
    attributes: wanted.groupAttributes ?? {},
    tags: {},
  });
  const action = wanted.action?.(group.arn) ?? { type: 'forward', targetGroupArn: group.arn };
  const listener = await service.createListener({ loadBalancerArn: balancer.arn, port: 80, actions: [action] });
  const becomes = (id: string, state: string) =>
    new Promise<void>((resolve) => {
      if (service.targetGroups.health(group.arn, id) === state) return resolve();
      const stop = service.targetGroups.onHealthChanged((_arn, instanceId, now) => {
        if (instanceId !== id || now !== state) return;
        stop();
        resolve();
      });
    });
  return {
    ...parts,
    balancing: service,
    measured,
    authority,
    options,
    groupArn: group.arn,
    port: listener.localPort,
    targets,
    becomes,
    async join(id) {
      const target = await new ControllableTarget(id).start();
      targets.set(id, target);
      service.targetGroups.register(group.arn, id);
      await becomes(id, 'healthy');
      return target;
    },
    get: (path = '/', request = {}) => ask({ port: listener.localPort, path, ...request }),
    async stop() {
      await service.stop();
      authority.remove();
      await Promise.all([...targets.values()].map((target) => target.stop()));
    },
  };
}

/** One request on a connection of its own, unless `options` bring an agent. */
export function ask(options: http.RequestOptions, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}
