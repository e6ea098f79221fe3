import { CfnSecurityGroup, CfnSecurityGroupEgress, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import { CfnListener, CfnLoadBalancer, CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { APPLICATION_PORT } from '../names';
import type { ExistingNetwork } from '../settings/types';
import { acknowledge } from './acknowledge';

/** The load balancer of an environment, and the security groups on its two sides: the world on 80, the servers on 8080. */
export class LoadBalancer extends Construct {
  readonly targetGroupArn: string;
  readonly instanceSecurityGroupId: string;
  readonly url: string;

  constructor(scope: Construct, id: string, { name, network }: { name: string; network: ExistingNetwork }) {
    super(scope, id);
    const { front, back } = this.securityGroups(name, network.vpcId);
    const balancer = new CfnLoadBalancer(this, 'Balancer', {
      type: 'application',
      scheme: 'internet-facing',
      subnets: [...network.loadBalancerSubnetIds],
      securityGroups: [front],
      loadBalancerAttributes: attributes({ 'routing.http.drop_invalid_header_fields.enabled': 'true' }),
    });
    acknowledge(balancer, {
      'AwsSolutions-ELB2':
        'Access logs need a bucket that costs by the request; who wants them names one and adds it here.',
    });
    const targets = new CfnTargetGroup(this, 'Targets', {
      vpcId: network.vpcId,
      targetType: 'instance',
      protocol: 'HTTP',
      port: APPLICATION_PORT,
      healthCheckPath: '/health',
      healthCheckIntervalSeconds: 5,
      healthCheckTimeoutSeconds: 2,
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 2,
      matcher: { httpCode: '200' },
      // How long the load balancer lets a server that leaves finish what it has begun (F34).
      targetGroupAttributes: attributes({ 'deregistration_delay.timeout_seconds': '20' }),
    });
    new CfnListener(this, 'Listener', {
      loadBalancerArn: balancer.ref,
      port: 80,
      protocol: 'HTTP',
      defaultActions: [{ type: 'forward', targetGroupArn: targets.ref }],
    });
    this.targetGroupArn = targets.ref;
    this.instanceSecurityGroupId = back;
    this.url = `http://${balancer.attrDnsName}`;
  }

  /** Both are closed but for what is written here; the rules stand apart, because each names the other group. */
  private securityGroups(name: string, vpcId: string): { front: string; back: string } {
    const anywhere = '0.0.0.0/0';
    const http = { ipProtocol: 'tcp', fromPort: 80, toPort: 80 };
    const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };
    const application = { ipProtocol: 'tcp', fromPort: APPLICATION_PORT, toPort: APPLICATION_PORT };
    const frontGroup = new CfnSecurityGroup(this, 'FrontGroup', {
      vpcId,
      groupDescription: `The load balancer of ${name}`,
      securityGroupIngress: [{ ...http, cidrIp: anywhere, description: 'HTTP from anywhere' }],
      // Without a rule of its own a group lets everything out; this one reaches nobody. The real one is added below.
      securityGroupEgress: [{ ...application, cidrIp: '255.255.255.255/32', description: 'Nobody' }],
    });
    acknowledge(frontGroup, {
      'AwsSolutions-EC23': 'A public HTTP service is open to the world on port 80; nothing else is.',
    });
    const backGroup = new CfnSecurityGroup(this, 'BackGroup', {
      vpcId,
      groupDescription: `The servers of ${name}`,
      securityGroupEgress: [{ ...https, cidrIp: anywhere, description: 'AWS APIs and packages' }],
    });
    const front = frontGroup.attrGroupId;
    const back = backGroup.attrGroupId;
    new CfnSecurityGroupEgress(this, 'FrontToBack', {
      groupId: front,
      destinationSecurityGroupId: back,
      ...application,
      description: 'To the servers',
    });
    new CfnSecurityGroupIngress(this, 'BackFromFront', {
      groupId: back,
      sourceSecurityGroupId: front,
      ...application,
      description: 'From the load balancer',
    });
    return { front, back };
  }
}

function attributes(values: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}
