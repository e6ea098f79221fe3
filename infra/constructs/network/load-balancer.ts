import { CfnSecurityGroup, CfnSecurityGroupEgress, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import { CfnListener, CfnLoadBalancer, CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { APPLICATION_PORT } from '../../names';
import type { ExistingNetwork } from '../../settings/types';
import { acknowledge } from '../roles/acknowledge';

export interface LoadBalancerProps {
  readonly name: string;
  readonly network: ExistingNetwork;
  /** The ARN of the certificate to speak HTTPS with. Without one it speaks HTTP. */
  readonly certificate?: string;
}

/**
 * The load balancer of an environment, and the security groups on its two sides: the world on 80, and on 443 with a
 * certificate; the servers on 8080.
 */
export class LoadBalancer extends Construct {
  readonly targetGroupArn: string;
  readonly instanceSecurityGroupId: string;
  readonly url: string;
  /** `app/…`: its name in metrics. */
  readonly fullName: string;
  /** `targetgroup/…`: its name in metrics. */
  readonly targetGroupFullName: string;

  constructor(scope: Construct, id: string, { name, network, certificate }: LoadBalancerProps) {
    super(scope, id);
    const { front, back } = this.securityGroups({ name, vpcId: network.vpcId, secure: certificate !== undefined });
    const balancer = new CfnLoadBalancer(this, 'Balancer', {
      type: 'application',
      scheme: 'internet-facing',
      subnets: [...network.loadBalancerSubnetIds],
      securityGroups: [front],
      loadBalancerAttributes: attributes({ 'routing.http.drop_invalid_header_fields.enabled': 'true' }),
    });
    acknowledge(balancer, {
      'AwsSolutions-ELB2':
        'Access logs need a bucket with its own costs. There is no setting for them yet; they can be enabled on the load balancer.',
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
      // Time in which a deregistered server may finish its requests (F34).
      targetGroupAttributes: attributes({ 'deregistration_delay.timeout_seconds': '20' }),
    });
    this.listeners(balancer.ref, targets.ref, certificate);
    this.targetGroupArn = targets.ref;
    this.instanceSecurityGroupId = back;
    this.url = `${certificate ? 'https' : 'http'}://${balancer.attrDnsName}`;
    this.fullName = balancer.attrLoadBalancerFullName;
    this.targetGroupFullName = targets.attrTargetGroupFullName;
  }

  /** Port 80 serves requests, or redirects them permanently to 443 if there is a certificate. */
  private listeners(loadBalancerArn: string, targetGroupArn: string, certificate: string | undefined): void {
    const forward: CfnListener.ActionProperty = { type: 'forward', targetGroupArn };
    const redirect: CfnListener.ActionProperty = {
      type: 'redirect',
      redirectConfig: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' },
    };
    new CfnListener(this, 'Listener', {
      loadBalancerArn,
      port: 80,
      protocol: 'HTTP',
      defaultActions: [certificate ? redirect : forward],
    });
    if (!certificate) return;
    new CfnListener(this, 'SecureListener', {
      loadBalancerArn,
      port: 443,
      protocol: 'HTTPS',
      certificates: [{ certificateArn: certificate }],
      sslPolicy: TLS_POLICY,
      defaultActions: [forward],
    });
  }

  /**
   * Both groups permit only the rules below. The rules are separate resources, because each refers to the other group.
   */
  private securityGroups({ name, vpcId, secure }: { name: string; vpcId: string; secure: boolean }): {
    front: string;
    back: string;
  } {
    const anywhere = '0.0.0.0/0';
    const http = { ipProtocol: 'tcp', fromPort: 80, toPort: 80 };
    const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };
    const application = { ipProtocol: 'tcp', fromPort: APPLICATION_PORT, toPort: APPLICATION_PORT };
    const frontGroup = new CfnSecurityGroup(this, 'FrontGroup', {
      vpcId,
      groupDescription: `The load balancer of ${name}`,
      securityGroupIngress: [
        { ...http, cidrIp: anywhere, description: 'HTTP from anywhere' },
        ...(secure ? [{ ...https, cidrIp: anywhere, description: 'HTTPS from anywhere' }] : []),
      ],
      // A group without an egress rule permits all outgoing traffic, so this rule permits one unusable address. The
      // real rule is below.
      securityGroupEgress: [{ ...application, cidrIp: '255.255.255.255/32', description: 'Nobody' }],
    });
    acknowledge(frontGroup, {
      'AwsSolutions-EC23': 'A public service is open to the world on its ports, 80 and 443; nothing else is.',
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

/**
 * TLS 1.3 and 1.2 with forward secrecy, and a key exchange that outlasts quantum computers for clients that know it: what
 * AWS recommends, and its console chooses. CloudFormation's own default would allow TLS 1.0 (Elastic Load Balancing guide,
 * "Security policies for your Application Load Balancer").
 */
const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09';

function attributes(values: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}
