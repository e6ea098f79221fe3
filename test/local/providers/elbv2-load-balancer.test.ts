import { elbv2LoadBalancer } from '../../../local/providers/elbv2-load-balancer';
import { type Balancing, balancing } from '../runtime/elasticloadbalancing/balancing';
import { givenTags, providerContext } from './provider-context';

let at: Balancing;
beforeEach(async () => {
  at = await balancing();
});
afterEach(() => at.stop());

const properties = {
  Type: 'application',
  Scheme: 'internet-facing',
  Subnets: ['subnet-a', 'subnet-b'],
  SecurityGroups: ['sg-1'],
  LoadBalancerAttributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '30' }],
};

test('a load balancer has an ARN, a DNS name with its port, and its attributes', async () => {
  const provider = elbv2LoadBalancer(at.balancing);
  const made = await provider.create(providerContext(), properties);
  expect(made.physicalId).toMatch(
    /^arn:aws:elasticloadbalancing:eu-west-1:000000000000:loadbalancer\/app\/demo-Thing-1A2B3C\/[0-9a-f]{16}$/,
  );
  expect(Object.keys(made.attributes ?? {}).sort()).toEqual([...provider.attributes].sort());
  expect(made.attributes?.['DNSName']).toMatch(/^127\.0\.0\.1:\d+$/);
  const kept = at.balancing.require(made.physicalId);
  expect(kept.attributes['idle_timeout.timeout_seconds']).toBe('30');
  expect(kept.tags).toEqual(givenTags);
  const current = { ...made, properties };
  const updated = await provider.update!(providerContext(), current, { ...properties, SecurityGroups: ['sg-2'] });
  expect(updated.attributes).toEqual({ ...made.attributes, SecurityGroups: ['sg-2'] });
  await provider.delete(providerContext(), current);
  await provider.delete(providerContext(), current);
});

test('other types, and elastic addresses, are refused', () => {
  const { refuse } = elbv2LoadBalancer(at.balancing);
  expect(refuse!({ Type: 'network', SubnetMappings: [{ SubnetId: 'subnet-a', AllocationId: 'eipalloc-1' }] })).toEqual([
    'Type: network',
    'SubnetMappings.AllocationId',
  ]);
});
