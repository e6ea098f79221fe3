import { askEnvironment } from '../../../local/commands/ask-environment';
import { elbv2Listener } from '../../../local/providers/elbv2-listener';
import { type Balancing, balancing } from '../runtime/elasticloadbalancing/balancing';
import { providerContext } from './provider-context';

let at: Balancing;
beforeEach(async () => {
  at = await balancing();
});
afterEach(() => at.stop());

const certificate = 'arn:aws:acm:eu-west-1:000000000000:certificate/12345678-1234-1234-1234-123456789012';
const fixed = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'one' } };

test('a listener serves when it is created, changes in place, and is deleted', async () => {
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

test('another port and another protocol change the same listener', async () => {
  const provider = elbv2Listener(at.balancing);
  const [balancer] = at.balancing.loadBalancers();
  const properties = { LoadBalancerArn: balancer!.arn, Port: 8080, Protocol: 'HTTP', DefaultActions: [fixed] };
  const made = await provider.create(providerContext(), properties);
  const next = {
    ...properties,
    Port: '8443',
    Protocol: 'HTTPS',
    Certificates: [{ CertificateArn: certificate }],
    SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
  };
  await provider.update!(providerContext(), { ...made, properties }, next);
  const { localPort, ...listener } = at.balancing.requireListener(made.physicalId);
  expect(listener).toMatchObject({
    port: 8443,
    protocol: 'HTTPS',
    security: { policy: 'ELBSecurityPolicy-TLS13-1-2-2021-06', certificateArn: certificate },
  });
  const { status } = await askEnvironment(`https://127.0.0.1:${localPort}/`, at.authority.authority.file);
  expect(status).toBe(200);
  const taken = { ...next, Port: 80 };
  await expect(provider.update!(providerContext(), { ...made, properties: next }, taken)).rejects.toThrow(
    'A listener already exists on this port',
  );
});

test('an unusable certificate is refused with AWS’s message', async () => {
  const [balancer] = at.balancing.loadBalancers();
  const properties = {
    LoadBalancerArn: balancer!.arn,
    Port: 443,
    Protocol: 'HTTPS',
    DefaultActions: [fixed],
    Certificates: [{ CertificateArn: certificate.replace('000000000000', '222222222222') }],
  };
  await expect(elbv2Listener(at.balancing).create(providerContext(), properties)).rejects.toMatchObject({
    name: 'CertificateNotFound',
  });
});

test('unsupported settings are refused by name', () => {
  const groups = [{ TargetGroupArn: 'a' }, { TargetGroupArn: 'b' }];
  const refused = elbv2Listener(at.balancing).refuse!({
    Certificates: [{ CertificateArn: certificate }, { CertificateArn: certificate }],
    DefaultActions: [{ Type: 'authenticate-oidc' }, { Type: 'forward', ForwardConfig: { TargetGroups: groups } }],
  });
  expect(refused).toEqual([
    'Certificates: more than one',
    'DefaultActions.0.Type: authenticate-oidc',
    'DefaultActions.1.ForwardConfig.TargetGroups: more than one',
  ]);
});

test('an action without its configuration is refused at creation', async () => {
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
