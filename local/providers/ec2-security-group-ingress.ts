import type { Provider } from '../engine/provider';
import type { Network } from '../runtime/network/network';
import { type StandaloneRule, standaloneRule } from './security-group-rule';

type Properties = Omit<StandaloneRule, 'DestinationSecurityGroupId' | 'DestinationPrefixListId'>;

const PROPERTIES = {
  GroupId: 'record',
  IpProtocol: 'record',
  FromPort: 'record',
  ToPort: 'record',
  CidrIp: 'record',
  CidrIpv6: 'record',
  SourceSecurityGroupId: 'record',
  SourcePrefixListId: 'record',
  Description: 'record',
} as const;

/** A security group's ingress rule that stands apart from it, as a record. */
export function ec2SecurityGroupIngress(network: Network): Provider<Properties> {
  return {
    ...standaloneRule(network, 'ingress'),
    type: 'AWS::EC2::SecurityGroupIngress',
    properties: PROPERTIES,
    required: ['IpProtocol'],
    createOnly: Object.keys(PROPERTIES) as (keyof Properties)[],
  };
}
