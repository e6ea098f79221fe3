import {
  dnsName,
  ElasticLoadBalancing,
  fullName,
} from '../../../../local/runtime/elasticloadbalancing/elastic-load-balancing';
import { type Balancing, balancing } from './balancing';

let at: Balancing;
afterEach(() => at.stop());

const balancer = () => at.balancing.loadBalancers()[0]!;

const request = {
  name: 'other',
  scheme: 'internal',
  ipAddressType: 'ipv4',
  subnets: ['subnet-a', 'subnet-b'],
  securityGroups: [],
  attributes: {},
  tags: {},
} as const;

describe('a load balancer', () => {
  test('has a DNS name that resolves to an address, known before its first listener', async () => {
    at = await balancing();
    const other = await at.balancing.createLoadBalancer(request);
    const name = dnsName(other);
    const action = { type: 'fixed-response', statusCode: 200, messageBody: 'here' } as const;
    await at.balancing.createListener({ loadBalancerArn: other.arn, port: 80, actions: [action] });
    expect(await (await fetch(`http://${name}/`)).text()).toBe('here');
    expect(fullName(other.arn)).toMatch(/^app\/other\/[0-9a-f]{16}$/);
  });

  test('gives every listener a port of its own', async () => {
    at = await balancing();
    const actions = [{ type: 'fixed-response', statusCode: 204 } as const];
    const second = await at.balancing.createListener({ loadBalancerArn: balancer().arn, port: 81, actions });
    expect(second.localPort).not.toBe(at.port);
    await expect(at.balancing.createListener({ loadBalancerArn: balancer().arn, port: 81, actions })).rejects.toThrow(
      'A listener already exists on this port',
    );
  });

  test('gets another port than one created concurrently', async () => {
    at = await balancing();
    const made = await Promise.all(
      ['a', 'b', 'c'].map((name) => at.balancing.createLoadBalancer({ ...request, name })),
    );
    expect(new Set(made.map(({ port }) => port)).size).toBe(3);
  });

  test('needs subnets in two zones', async () => {
    at = await balancing();
    await expect(at.balancing.createLoadBalancer({ ...request, subnets: ['subnet-a'] })).rejects.toThrow(
      'At least two subnets in two different Availability Zones must be specified',
    );
  });

  test('cannot be deleted under deletion protection', async () => {
    at = await balancing({ attributes: { 'deletion_protection.enabled': 'true' } });
    await expect(at.balancing.deleteLoadBalancer(balancer().arn)).rejects.toThrow('deletion protection is enabled');
  });

  test('answers nothing after its deletion, and releases its target group', async () => {
    at = await balancing();
    await at.balancing.deleteLoadBalancer(balancer().arn);
    await expect(at.get()).rejects.toThrow('ECONNREFUSED');
    at.balancing.deleteTargetGroup(at.groupArn);
    expect(at.balancing.targetGroups.list()).toEqual([]);
  });

  test('has the same address and targets after a restart, and checks their health again', async () => {
    at = await balancing();
    await at.join('i-1');
    await at.balancing.stop();
    const again = new ElasticLoadBalancing(at.options);
    const healthy = new Promise<void>((resolve) => {
      again.targetGroups.onHealthChanged((_arn, _id, state) => state === 'healthy' && resolve());
    });
    await again.recover();
    await healthy;
    expect((await at.get()).body).toBe('i-1');
    await again.stop();
  });

  test('reports the reason if its port is taken after a restart', async () => {
    at = await balancing();
    const again = new ElasticLoadBalancing(at.options);
    await expect(again.recover()).rejects.toThrow(`port ${at.port}: another program uses it`);
    await again.stop();
  });
});

describe('a listener', () => {
  test('redirects, and keeps unspecified parts of the address', async () => {
    at = await balancing({
      action: () => ({
        type: 'redirect',
        statusCode: 301,
        protocol: 'HTTPS',
        host: '#{host}',
        port: '443',
        path: '/new/#{path}',
        query: '#{query}',
      }),
    });
    const answer = await at.get('/old?a=1', { headers: { host: 'example.com:80' } });
    expect(answer.status).toBe(301);
    expect(answer.headers.location).toBe('https://example.com/new/old?a=1');
  });

  test('can be changed while it serves', async () => {
    at = await balancing();
    const [listener] = at.balancing.listeners();
    const closed = { type: 'fixed-response', statusCode: 503, messageBody: 'closed' } as const;
    await at.balancing.modifyListener(listener!.arn, { actions: [closed] });
    expect(await at.get()).toMatchObject({ status: 503, body: 'closed' });
    const lost = { type: 'forward', targetGroupArn: 'arn:none' } as const;
    await expect(at.balancing.modifyListener(listener!.arn, { actions: [lost] })).rejects.toThrow(
      "Target groups 'arn:none' not found",
    );
  });
});
