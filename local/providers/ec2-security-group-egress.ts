import type { Provider } from '../engine/provider';
import type { Network } from '../runtime/network/network';
import { type StandaloneRule, standaloneRule } from './security-group-rule';

type Properties = Omit<StandaloneRule, 'SourceSecurityGroupId' | 'SourcePrefixListId'>;

const PROPERTIES = {
  GroupId: 'record',
  IpProtocol: 'record',
  FromPort: 'record',
  ToPort: 'record',
  CidrIp: 'record',
  CidrIpv6: 'record',
  DestinationSecurityGroupId: 'record',
  DestinationPrefixListId: 'record',
  Description: 'record',
} as const;

/** A security group's egress rule that stands apart from it, as a record. */
export function ec2SecurityGroupEgress(network: Network): Provider<Properties> {
  return {
    ...standaloneRule(network, 'egress'),
    type: 'AWS::EC2::SecurityGroupEgress',
    properties: PROPERTIES,
    required: ['GroupId', 'IpProtocol'],
    createOnly: Object.keys(PROPERTIES) as (keyof Properties)[],
  };
}
