import type { Provider } from '../engine/provider';
import { AwsError } from '../kernel/failure';
import type { Network } from '../runtime/network/network';
import type { SecurityGroupRule } from '../runtime/network/records';

/** A rule in a template, inside a group or as a separate resource. */
export interface RuleProperties {
  IpProtocol: string;
  FromPort?: string | number;
  ToPort?: string | number;
  CidrIp?: string;
  CidrIpv6?: string;
  SourceSecurityGroupId?: string;
  SourcePrefixListId?: string;
  DestinationSecurityGroupId?: string;
  DestinationPrefixListId?: string;
  Description?: string;
}

export interface StandaloneRule extends RuleProperties {
  GroupId: string;
}

export function ruleOf(direction: SecurityGroupRule['direction'], rule: RuleProperties): Omit<SecurityGroupRule, 'id'> {
  const group = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
  const list = rule.SourcePrefixListId ?? rule.DestinationPrefixListId;
  const peer = rule.CidrIp ?? rule.CidrIpv6 ?? group ?? list;
  if (!peer) {
    const message = 'Exactly one of CidrIp, CidrIpv6, a security group or a prefix list must be specified for a rule';
    throw new AwsError('InvalidParameterCombination', message);
  }
  return {
    direction,
    protocol: String(rule.IpProtocol),
    fromPort: rule.FromPort === undefined ? undefined : Number(rule.FromPort),
    toPort: rule.ToPort === undefined ? undefined : Number(rule.ToPort),
    peer,
    description: rule.Description,
  };
}

/** Returns the provider of separate rules for one direction. A change creates a new rule. */
export function standaloneRule(
  network: Network,
  direction: SecurityGroupRule['direction'],
): Omit<Provider<StandaloneRule>, 'type' | 'properties' | 'createOnly'> {
  return {
    fidelity: 'record',
    attributes: ['Id'],
    note: 'Kept and described, not enforced.',

    async create(ctx, properties) {
      const [physicalId] = network.authorize(properties.GroupId, [ruleOf(direction, properties)]) as [string];
      ctx.created(physicalId);
      return { physicalId, attributes: { Id: physicalId } };
    },

    delete: async (_ctx, { physicalId, properties }) => network.revoke(properties.GroupId, [physicalId]),
  };
}
