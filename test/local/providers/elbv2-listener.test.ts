import { elbv2Listener } from '../../../local/providers/elbv2-listener';
import { type Balancing, balancing } from '../runtime/elasticloadbalancing/balancing';
import { providerContext } from './provider-context';

let at: Balancing;
beforeEach(async () => {
  at = await balancing();
});
afterEach(() => at.stop());

const fixed = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'one' } };

test('a listener serves when it is made, is changed in place, and goes', async () => {
  const provider = elbv2Listener(at.balancing);
  const [balancer] = at.balancing.loadBalancers();
  const properties = { LoadBalancerArn: balancer!.arn, Port: '81', Protocol: 'HTTP', DefaultActions: [fixed] };
  const made = await provider.create(providerContext(), properties);
  const { localPort } = at.balancing.requireListener(made.physicalId);
  const text = async () => (await fetch(`http://127.0.0.1:${localPort}/`, { redirect: 'manual' })).status;
  expect(await text()).toBe(200);
  const current = { ...made, properties };
  const redirect = { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_302', Path: '/new' } };
  await provider.update!(providerContext(), current, { ...properties, DefaultActions: [redirect] });
  expect(await text()).toBe(302);
  const forward = { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: at.groupArn }] } };
  await provider.update!(providerContext(), current, { ...properties, DefaultActions: [forward] });
  expect(await text()).toBe(503);
  await provider.delete(providerContext(), current);
  await expect(text()).rejects.toThrow('fetch failed');
});

test('another port is another listener', () => {
  const provider = elbv2Listener(at.balancing);
  const properties = { LoadBalancerArn: 'arn', Port: 80, Protocol: 'HTTP', DefaultActions: [fixed] };
  expect(provider.replaces!(properties, { ...properties, Port: '80' })).toBe(false);
  expect(provider.replaces!(properties, { ...properties, Port: 8080 })).toBe(true);
});

test('what it cannot do is refused by name', () => {
  const groups = [{ TargetGroupArn: 'a' }, { TargetGroupArn: 'b' }];
  const refused = elbv2Listener(at.balancing).refuse!({
    Protocol: 'HTTPS',
    DefaultActions: [{ Type: 'authenticate-oidc' }, { Type: 'forward', ForwardConfig: { TargetGroups: groups } }],
  });
  expect(refused).toEqual([
    'Protocol: HTTPS',
    'DefaultActions.0.Type: authenticate-oidc',
    'DefaultActions.1.ForwardConfig.TargetGroups: more than one',
  ]);
});

test('an action without its configuration is refused when it is made', async () => {
  const [balancer] = at.balancing.loadBalancers();
  const properties = {
    LoadBalancerArn: balancer!.arn,
    Port: 82,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'forward' }],
  };
  await expect(elbv2Listener(at.balancing).create(providerContext(), properties)).rejects.toThrow(
    "Action of type 'forward' lacks its configuration",
  );
});
