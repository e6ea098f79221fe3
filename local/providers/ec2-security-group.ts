import type { Provider } from '../engine/provider';
import type { Network } from '../runtime/network/network';
import { resourceTags } from './resource-tags';
import { type RuleProperties, ruleOf } from './security-group-rule';

interface Properties {
  GroupDescription: string;
  GroupName?: string;
  VpcId?: string;
  SecurityGroupIngress?: RuleProperties[];
  SecurityGroupEgress?: RuleProperties[];
  Tags?: { Key: string; Value: string }[];
}

/** A group without egress rules permits all outgoing traffic. */
const ALL_OUT: RuleProperties = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };

/** Security groups, as a record: they are not enforced here. */
export function ec2SecurityGroup(network: Network): Provider<Properties> {
  const provided = (id: string, vpcId: string) => ({
    physicalId: id,
    attributes: { GroupId: id, Id: id, VpcId: vpcId },
  });
  return {
    type: 'AWS::EC2::SecurityGroup',
    fidelity: 'record',
    properties: {
      GroupDescription: 'record',
      GroupName: 'record',
      VpcId: 'record',
      SecurityGroupIngress: 'record',
      SecurityGroupEgress: 'record',
      Tags: 'record',
    },
    required: ['GroupDescription'],
    createOnly: ['GroupDescription', 'GroupName', 'VpcId'],
    attributes: ['GroupId', 'Id', 'VpcId'],
    note: 'Kept and described, not enforced: an instance is reached by its load balancer and by nothing else.',

    async create(ctx, properties) {
      const group = network.createSecurityGroup({
        vpcId: properties.VpcId ?? '',
        name: properties.GroupName ?? ctx.physicalName({ length: 255 }),
        description: properties.GroupDescription,
        tags: resourceTags(ctx, properties.Tags),
      });
      network.authorize(group.id, rulesOf(properties));
      ctx.created(group.id);
      return provided(group.id, group.vpcId);
    },

    async update(ctx, current, next) {
      const group = network.securityGroups.get(current.physicalId)!;
      const inline = new Set(rulesOf(current.properties).map((rule) => JSON.stringify(rule)));
      const replaced = group.rules.filter(({ id: _id, ...rule }) => inline.has(JSON.stringify(rule)));
      network.revoke(
        group.id,
        replaced.map((rule) => rule.id),
      );
      network.authorize(group.id, rulesOf(next));
      network.securityGroups.put(group.id, {
        ...network.securityGroups.get(group.id)!,
        tags: resourceTags(ctx, next.Tags),
      });
      return provided(group.id, group.vpcId);
    },

    delete: async (_ctx, current) => network.deleteSecurityGroup(current.physicalId),
  };
}

function rulesOf({ SecurityGroupEgress, SecurityGroupIngress = [] }: Properties) {
  const egress = SecurityGroupEgress?.length ? SecurityGroupEgress : [ALL_OUT];
  return [
    ...SecurityGroupIngress.map((rule) => ruleOf('ingress', rule)),
    ...egress.map((rule) => ruleOf('egress', rule)),
  ];
}
