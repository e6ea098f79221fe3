import type { Provider, ProviderContext } from '../engine/provider';
import { dnsName, type ElasticLoadBalancing, fullName } from '../runtime/elasticloadbalancing/elastic-load-balancing';
import type { LoadBalancer } from '../runtime/elasticloadbalancing/records';
import { pairs, resourceTags } from './resource-tags';

interface Properties {
  Name?: string;
  Type?: string;
  Scheme?: string;
  IpAddressType?: string;
  Subnets?: string[];
  SubnetMappings?: { SubnetId: string; AllocationId?: string }[];
  SecurityGroups?: string[];
  LoadBalancerAttributes?: { Key: string; Value: string }[];
  Tags?: { Key: string; Value: string }[];
}

/** Application Load Balancers: real HTTP and HTTPS servers on 127.0.0.1. */
export function elbv2LoadBalancer(balancing: ElasticLoadBalancing): Provider<Properties> {
  const provided = (balancer: LoadBalancer) => ({
    physicalId: balancer.arn,
    attributes: {
      LoadBalancerArn: balancer.arn,
      LoadBalancerFullName: fullName(balancer.arn),
      LoadBalancerName: balancer.name,
      DNSName: dnsName(balancer),
      // Route 53's zone of the region's load balancers on AWS; here there is no zone for an alias.
      CanonicalHostedZoneID: 'ZLOCAL',
      SecurityGroups: balancer.securityGroups,
    },
  });
  return {
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    fidelity: 'real',
    properties: {
      Name: 'real',
      Type: 'real',
      Scheme: 'real',
      IpAddressType: 'record',
      Subnets: 'real',
      SubnetMappings: 'real',
      SecurityGroups: 'record',
      LoadBalancerAttributes: 'real',
      Tags: 'record',
    },
    createOnly: ['Name', 'Scheme', 'Type'],
    attributes: [
      'CanonicalHostedZoneID',
      'DNSName',
      'LoadBalancerArn',
      'LoadBalancerFullName',
      'LoadBalancerName',
      'SecurityGroups',
    ],
    note: 'Application Load Balancers over HTTP/1.1, also within TLS. DNSName is 127.0.0.1 with a port for HTTP and HTTPS. An internet-facing one needs an internet gateway in its VPC. Security groups are not enforced; access logs are recorded and not written.',
    refuse: ({ Type, SubnetMappings = [] }) => [
      ...(Type !== undefined && Type !== 'application' ? [`Type: ${Type}`] : []),
      ...SubnetMappings.filter((mapping) => mapping.AllocationId).map(() => 'SubnetMappings.AllocationId'),
    ],

    async create(ctx, properties) {
      const balancer = await balancing.createLoadBalancer({
        ...settings(ctx, properties),
        name: properties.Name ?? ctx.physicalName({ length: 32 }),
        scheme: properties.Scheme === 'internal' ? 'internal' : 'internet-facing',
      });
      ctx.created(balancer.arn);
      return provided(balancer);
    },

    async update(ctx, current, next) {
      return provided(balancing.modifyLoadBalancer(current.physicalId, settings(ctx, next)));
    },

    async delete(_ctx, current) {
      await balancing.deleteLoadBalancer(current.physicalId);
    },
  };
}

function settings(ctx: ProviderContext, properties: Properties) {
  return {
    ipAddressType: properties.IpAddressType ?? 'ipv4',
    subnets: properties.Subnets ?? (properties.SubnetMappings ?? []).map(({ SubnetId }) => SubnetId),
    securityGroups: properties.SecurityGroups ?? [],
    attributes: pairs(properties.LoadBalancerAttributes),
    tags: resourceTags(ctx, properties.Tags),
  };
}
