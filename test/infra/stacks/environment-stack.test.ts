import type { Template } from 'aws-cdk-lib/assertions';
import { environment, propertiesOf, settings, template } from '../synthesized';

const dev = template('greeter-dev-environment');

test('a new network has two public subnets in two zones, and nothing with an hourly price', () => {
  expect(propertiesOf(dev, 'AWS::EC2::Subnet').map(({ CidrBlock }) => CidrBlock)).toEqual([
    '10.0.0.0/18',
    '10.0.64.0/18',
  ]);
  dev.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: true });
  dev.resourceCountIs('AWS::EC2::NatGateway', 0);
  dev.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
});

test('the load balancer is created after the route to the internet, and deleted before it', () => {
  const [balancer] = Object.values(dev.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
  const way = ['AWS::EC2::VPCGatewayAttachment', 'AWS::EC2::Route', 'AWS::EC2::SubnetRouteTableAssociation'];
  const ids = way.flatMap((type) => Object.keys(dev.findResources(type)));
  expect(ids).toHaveLength(4);
  expect(balancer?.['DependsOn']).toEqual(expect.arrayContaining(ids));
});

test('an existing network is used without changes', () => {
  const network = {
    vpcId: 'vpc-0123456789abcdef0',
    loadBalancerSubnetIds: ['subnet-00000000', 'subnet-11111111'],
    instanceSubnetIds: ['subnet-22222222'],
  };
  const prod = template('greeter-prod-environment', { environments: [{ ...environment('prod', 0), network }] });
  prod.resourceCountIs('AWS::EC2::VPC', 0);
  prod.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Subnets: network.loadBalancerSubnetIds });
  prod.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { VpcId: network.vpcId });
  prod.hasResourceProperties('AWS::SSM::Parameter', { Name: '/greeter/prod/subnet-ids', Value: 'subnet-22222222' });
});

test('only the load balancer reaches the servers', () => {
  const [back] = propertiesOf(dev, 'AWS::EC2::SecurityGroup').filter(({ GroupDescription }) =>
    String(GroupDescription).startsWith('The servers'),
  );
  expect(back).not.toHaveProperty('SecurityGroupIngress');
  expect(propertiesOf(dev, 'AWS::EC2::SecurityGroupIngress')).toEqual([
    expect.objectContaining({ FromPort: 8080, ToPort: 8080, SourceSecurityGroupId: expect.anything() }),
  ]);
});

test('targets are checked at /health, and deregister quickly (F34)', () => {
  dev.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    HealthCheckPath: '/health',
    Port: 8080,
    TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '20' }],
  });
});

test('the environment publishes what the fleet, the image and the pipeline need', () => {
  expect(
    propertiesOf(dev, 'AWS::SSM::Parameter')
      .map(({ Name, Type }) => `${Name} ${Type}`)
      .sort(),
  ).toEqual([
    '/greeter/dev/fleet-deployment-role-arn String',
    '/greeter/dev/instance-profile-arn String',
    '/greeter/dev/load-balancer-full-name String',
    '/greeter/dev/security-group-id String',
    '/greeter/dev/subnet-ids StringList',
    '/greeter/dev/target-group-arn String',
    '/greeter/dev/target-group-full-name String',
    '/greeter/dev/url String',
  ]);
});

describe('with a certificate', () => {
  const certificate = 'arn:aws:acm:eu-west-1:111111111111:certificate/12345678-1234-1234-1234-123456789012';
  const secure = template('greeter-dev-environment', { environments: [{ ...environment('dev', 0), certificate }] });

  test('the load balancer speaks HTTPS, TLS 1.2 at least', () => {
    secure.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: certificate }],
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'LoadBalancerTargets1A3C48CA' } }],
    });
  });

  test('HTTP is redirected to HTTPS permanently', () => {
    secure.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ],
    });
    secure.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 2);
  });

  test('the internet reaches both ports, and only port 80 without a certificate', () => {
    expect([ports(secure), ports(dev)]).toEqual([[80, 443], [80]]);
  });

  test('its address begins with https, for people and for the pipeline', () => {
    const address = (scheme: string) => ({
      'Fn::Join': ['', [`${scheme}://`, { 'Fn::GetAtt': ['LoadBalancer712DCAF7', 'DNSName'] }]],
    });
    secure.hasOutput('Url', { Value: address('https') });
    secure.hasResourceProperties('AWS::SSM::Parameter', { Name: '/greeter/dev/url', Value: address('https') });
    dev.hasResourceProperties('AWS::SSM::Parameter', { Name: '/greeter/dev/url', Value: address('http') });
  });
});

/** The ports that the load balancer is open to the world on. */
function ports(found: Template): number[] {
  const rules = propertiesOf(found, 'AWS::EC2::SecurityGroup').flatMap(
    ({ SecurityGroupIngress = [] }) => SecurityGroupIngress as { FromPort: number }[],
  );
  return rules.map(({ FromPort }) => FromPort);
}

test('the base settings of these tests are those of the repository', () => {
  expect(settings().environments.map(({ name }) => name)).toEqual(['dev']);
});
