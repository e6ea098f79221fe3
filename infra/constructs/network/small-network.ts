import { Fn } from 'aws-cdk-lib';
import {
  CfnInternetGateway,
  CfnRoute,
  CfnRouteTable,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  CfnVPC,
  CfnVPCGatewayAttachment,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { parseCidr, quarters } from '../../settings/cidr';
import type { ExistingNetwork } from '../../settings/types';
import { acknowledge } from '../roles/acknowledge';

/**
 * A network without a NAT gateway or endpoints, which have hourly prices: two public subnets in two zones. Servers have
 * public addresses to reach the AWS APIs, and security groups that permit only the load balancer.
 */
export class SmallNetwork extends Construct implements ExistingNetwork {
  readonly vpcId: string;
  readonly loadBalancerSubnetIds: string[];
  readonly instanceSubnetIds: string[];

  constructor(scope: Construct, id: string, { name, cidr }: { name: string; cidr: string }) {
    super(scope, id);
    const tags = [{ key: 'Name', value: name }];
    const vpc = new CfnVPC(this, 'Vpc', { cidrBlock: cidr, enableDnsHostnames: true, enableDnsSupport: true, tags });
    acknowledge(vpc, {
      'AwsSolutions-VPC7':
        'Flow logs have a price per gigabyte. They can be enabled for this network, or the settings can name an existing network.',
    });
    const gateway = new CfnInternetGateway(this, 'Gateway', { tags });
    const attachment = new CfnVPCGatewayAttachment(this, 'Attachment', {
      vpcId: vpc.ref,
      internetGatewayId: gateway.ref,
    });
    const routes = new CfnRouteTable(this, 'Routes', { vpcId: vpc.ref, tags });
    const out = new CfnRoute(this, 'Out', {
      routeTableId: routes.ref,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: gateway.ref,
    });
    out.addResourceDependency(attachment);
    // Two of four parts: a third zone, or a private half, still has room.
    const subnets = quarters(parseCidr(cidr)!)
      .slice(0, 2)
      .map((cidrBlock, zone) => {
        const subnet = new CfnSubnet(this, `Subnet${zone + 1}`, {
          vpcId: vpc.ref,
          cidrBlock,
          availabilityZone: Fn.select(zone, Fn.getAzs()),
          mapPublicIpOnLaunch: true,
          tags,
        });
        new CfnSubnetRouteTableAssociation(this, `Routes${zone + 1}`, {
          subnetId: subnet.ref,
          routeTableId: routes.ref,
        });
        return subnet.ref;
      });
    this.vpcId = vpc.ref;
    this.loadBalancerSubnetIds = subnets;
    this.instanceSubnetIds = subnets;
  }
}
