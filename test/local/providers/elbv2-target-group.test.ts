import { elbv2TargetGroup } from '../../../local/providers/elbv2-target-group';
import { type Balancing, balancing } from '../runtime/elasticloadbalancing/balancing';
import { providerContext } from './provider-context';

let at: Balancing;
beforeEach(async () => {
  at = await balancing();
});
afterEach(() => at.stop());

const properties = {
  Port: '8080',
  Protocol: 'HTTP',
  TargetType: 'instance',
  VpcId: 'vpc-1',
  HealthCheckPath: '/health',
  HealthCheckIntervalSeconds: '5',
  HealthCheckTimeoutSeconds: 2,
  HealthyThresholdCount: 2,
  Matcher: { HttpCode: '200' },
  TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '20' }],
};

test('a target group has AWS’s defaults', async () => {
  const provider = elbv2TargetGroup(at.balancing);
  const made = await provider.create(providerContext(), properties);
  expect(at.balancing.targetGroups.require(made.physicalId)).toMatchObject({
    port: 8080,
    healthCheck: { path: '/health', intervalSeconds: 5, timeoutSeconds: 2, healthyThreshold: 2, unhealthyThreshold: 2 },
    attributes: { 'deregistration_delay.timeout_seconds': '20', 'stickiness.enabled': 'false' },
  });
  expect(made.attributes).toMatchObject({ TargetGroupName: 'demo-Thing-1A2B3C', LoadBalancerArns: [] });
  expect(made.attributes?.['TargetGroupFullName']).toMatch(/^targetgroup\/demo-Thing-1A2B3C\/[0-9a-f]{16}$/);
});

test('its health check and its targets change in place', async () => {
  const provider = elbv2TargetGroup(at.balancing);
  const before = { ...properties, Targets: [{ Id: 'i-1' }] };
  const made = await provider.create(providerContext(), before);
  const ids = () => at.balancing.targetGroups.describe(made.physicalId).map(({ instanceId }) => instanceId);
  expect(ids()).toEqual(['i-1']);
  const next = { ...properties, HealthCheckPath: '/ready', Targets: [{ Id: 'i-2', Port: 9090 }] };
  await provider.update!(providerContext(), { ...made, properties: before }, next);
  expect(at.balancing.targetGroups.require(made.physicalId).healthCheck.path).toBe('/ready');
  expect(ids()).toEqual(['i-2']);
  await provider.delete(providerContext(), { ...made, properties: next });
  expect(at.balancing.targetGroups.exists(made.physicalId)).toBe(false);
});

test('settings that would behave differently are refused by name', () => {
  const refused = elbv2TargetGroup(at.balancing).refuse!({
    Protocol: 'HTTPS',
    TargetType: 'ip',
    HealthCheckEnabled: false,
  });
  expect(refused).toEqual(['Protocol: HTTPS', 'TargetType: ip', 'HealthCheckEnabled: false']);
});
