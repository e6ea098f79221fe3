import type { Current, Provider, ProviderContext } from '../engine/provider';
import { type ElasticLoadBalancing, fullName } from '../runtime/elasticloadbalancing/elastic-load-balancing';
import type { HealthCheck, TargetGroup } from '../runtime/elasticloadbalancing/records';
import { pairs, resourceTags } from './resource-tags';

interface Properties {
  Name?: string;
  Port?: string | number;
  Protocol?: string;
  ProtocolVersion?: string;
  TargetType?: string;
  IpAddressType?: string;
  VpcId?: string;
  HealthCheckEnabled?: boolean | string;
  HealthCheckPath?: string;
  HealthCheckPort?: string | number;
  HealthCheckProtocol?: string;
  HealthCheckIntervalSeconds?: string | number;
  HealthCheckTimeoutSeconds?: string | number;
  HealthyThresholdCount?: string | number;
  UnhealthyThresholdCount?: string | number;
  Matcher?: { HttpCode?: string };
  TargetGroupAttributes?: { Key: string; Value: string }[];
  Targets?: { Id: string; Port?: string | number }[];
  Tags?: { Key: string; Value: string }[];
}

/** Other values would change the behaviour, and are refused. */
const ONLY: Partial<Record<keyof Properties, string>> = {
  Protocol: 'HTTP',
  ProtocolVersion: 'HTTP1',
  TargetType: 'instance',
  IpAddressType: 'ipv4',
  HealthCheckEnabled: 'true',
  HealthCheckProtocol: 'HTTP',
};

const PROPERTIES = {
  Name: 'real',
  Port: 'real',
  Protocol: 'real',
  ProtocolVersion: 'real',
  TargetType: 'real',
  IpAddressType: 'record',
  VpcId: 'record',
  HealthCheckEnabled: 'real',
  HealthCheckPath: 'real',
  HealthCheckPort: 'real',
  HealthCheckProtocol: 'real',
  HealthCheckIntervalSeconds: 'real',
  HealthCheckTimeoutSeconds: 'real',
  HealthyThresholdCount: 'real',
  UnhealthyThresholdCount: 'real',
  Matcher: 'real',
  TargetGroupAttributes: 'real',
  Targets: 'real',
  Tags: 'record',
} as const;

/** Target groups of instances, with health checks and draining. */
export function elbv2TargetGroup(balancing: ElasticLoadBalancing): Provider<Properties> {
  const { targetGroups } = balancing;
  const provided = (group: TargetGroup) => ({
    physicalId: group.arn,
    attributes: {
      TargetGroupArn: group.arn,
      TargetGroupFullName: fullName(group.arn),
      TargetGroupName: group.name,
      LoadBalancerArns: balancing.usersOf(group.arn),
    },
  });
  return {
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    fidelity: 'real',
    properties: PROPERTIES,
    createOnly: ['Name', 'Port', 'Protocol', 'ProtocolVersion', 'TargetType', 'VpcId', 'IpAddressType'],
    attributes: ['LoadBalancerArns', 'TargetGroupArn', 'TargetGroupFullName', 'TargetGroupName'],
    note: 'Instance targets over HTTP/1.1, round robin, with health checks, draining ended early when nothing is under way. Stickiness is refused; slow start is recorded.',
    refuse: (properties) =>
      Object.entries(ONLY)
        .filter(([name, only]) => String(properties[name as keyof Properties] ?? only) !== only)
        .map(([name]) => `${name}: ${String(properties[name as keyof Properties])}`),

    async create(ctx, properties) {
      const group = targetGroups.create({
        ...settings(ctx, properties),
        name: properties.Name ?? ctx.physicalName({ length: 32 }),
        port: Number(properties.Port ?? 80),
        vpcId: properties.VpcId,
      });
      ctx.created(group.arn);
      for (const { Id, Port } of properties.Targets ?? []) targetGroups.register(group.arn, Id, numberOf(Port));
      return provided(group);
    },

    async update(ctx, current, next) {
      const group = targetGroups.modify(current.physicalId, settings(ctx, next));
      await moveTargets(current, next);
      return provided(group);
    },

    async delete(_ctx, current) {
      balancing.deleteTargetGroup(current.physicalId);
    },
  };

  async function moveTargets({ physicalId, properties }: Current<Properties>, next: Properties): Promise<void> {
    const stays = (Id: string) => (next.Targets ?? []).some((target) => target.Id === Id);
    for (const { Id, Port } of next.Targets ?? []) targetGroups.register(physicalId, Id, numberOf(Port));
    const leaving = (properties.Targets ?? []).filter(({ Id }) => !stays(Id));
    await Promise.all(leaving.map(({ Id, Port }) => targetGroups.deregister(physicalId, Id, numberOf(Port))));
  }
}

function settings(ctx: ProviderContext, properties: Properties) {
  return {
    healthCheck: healthCheck(properties),
    attributes: pairs(properties.TargetGroupAttributes),
    tags: resourceTags(ctx, properties.Tags),
  };
}

function healthCheck(properties: Properties): Partial<HealthCheck> {
  const { HealthCheckPort: port } = properties;
  const given: { [K in keyof HealthCheck]?: HealthCheck[K] | undefined } = {
    path: properties.HealthCheckPath,
    port: port === undefined || port === 'traffic-port' ? port : Number(port),
    intervalSeconds: numberOf(properties.HealthCheckIntervalSeconds),
    timeoutSeconds: numberOf(properties.HealthCheckTimeoutSeconds),
    healthyThreshold: numberOf(properties.HealthyThresholdCount),
    unhealthyThreshold: numberOf(properties.UnhealthyThresholdCount),
    matcher: properties.Matcher?.HttpCode,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function numberOf(value: string | number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}
