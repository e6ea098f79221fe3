import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { AwsError } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Collection, Store } from '../../kernel/store';
import { address, contains, overlaps, parseCidr } from './cidr';
import { Internet } from './internet';
import type { Route, RouteTable, SecurityGroup, SecurityGroupRule, Subnet, Tags, Vpc, VpcEndpoint } from './records';

export interface NetworkOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
}

/** In every subnet AWS keeps the first four addresses and the last one for itself. */
const RESERVED_AT_START = 4;
const RESERVED_AT_END = 1;

/** The network of existing subnets, which are unknown here. */
const ADOPTED_VPC = 'vpc-00000000000000000';

/**
 * EC2's network side as a record: VPCs, subnets, groups, routes and gateways are stored, checked as by AWS, and
 * described. They do not affect packets: instances here have their own loopback, and the load balancer connects into
 * it.
 */
export class Network {
  readonly vpcs: Collection<Vpc>;
  readonly subnets: Collection<Subnet>;
  readonly securityGroups: Collection<SecurityGroup>;
  readonly routeTables: Collection<RouteTable>;
  readonly internet: Internet;
  readonly endpoints: Collection<VpcEndpoint>;
  /** Owners of private addresses, by `subnet/address`. */
  private readonly addresses: Collection<string>;

  constructor(private readonly options: NetworkOptions) {
    const { store } = options;
    this.vpcs = store.collection('network.vpcs');
    this.subnets = store.collection('network.subnets');
    this.securityGroups = store.collection('network.security-groups');
    this.routeTables = store.collection('network.route-tables');
    this.internet = new Internet(options);
    this.endpoints = store.collection('network.endpoints');
    this.addresses = store.collection('network.addresses');
  }

  createVpc(request: { cidrBlock: string; enableDnsSupport?: boolean; enableDnsHostnames?: boolean; tags: Tags }): Vpc {
    const block = parseCidr(request.cidrBlock);
    if (!block || block.size > 2 ** 16 || block.size < 2 ** 4) {
      throw new AwsError('InvalidVpc.Range', `The CIDR '${request.cidrBlock}' is invalid.`);
    }
    const id = this.options.ids.ec2('vpc');
    const group = { vpcId: id, name: 'default', description: 'default VPC security group', rules: [], tags: {} };
    const vpc: Vpc = {
      id,
      cidrBlock: request.cidrBlock,
      enableDnsSupport: request.enableDnsSupport ?? true,
      enableDnsHostnames: request.enableDnsHostnames ?? false,
      tags: request.tags,
      defaultNetworkAcl: this.options.ids.ec2('acl'),
      defaultSecurityGroup: this.options.ids.ec2('sg'),
    };
    this.vpcs.put(id, vpc);
    this.securityGroups.put(vpc.defaultSecurityGroup, { ...group, id: vpc.defaultSecurityGroup });
    return vpc;
  }

  deleteVpc(id: string): void {
    const vpc = this.vpcs.get(id);
    if (!vpc) return;
    const inside = [...this.subnets.values(), ...this.routeTables.values(), ...this.internet.gateways.values()];
    const groups = this.securityGroups.values().filter((group) => group.id !== vpc.defaultSecurityGroup);
    if ([...inside, ...groups].some((thing) => thing.vpcId === id)) throw hasDependencies('vpc', id);
    this.securityGroups.delete(vpc.defaultSecurityGroup);
    this.vpcs.delete(id);
  }

  createSubnet(request: Omit<Subnet, 'id'>): Subnet {
    const vpc = this.requireVpc(request.vpcId);
    const block = parseCidr(request.cidrBlock);
    const around = parseCidr(vpc.cidrBlock);
    if (!block || !around || !contains(around, block)) {
      throw new AwsError('InvalidSubnet.Range', `The CIDR '${request.cidrBlock}' is invalid.`);
    }
    const siblings = this.subnets.values().filter((subnet) => subnet.vpcId === vpc.id);
    if (siblings.some((sibling) => overlaps(parseCidr(sibling.cidrBlock)!, block))) {
      throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${request.cidrBlock}' conflicts with another subnet`);
    }
    if (!request.availabilityZone.startsWith(this.options.scope.region)) {
      const message = `Value (${request.availabilityZone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${this.options.scope.region}a, ${this.options.scope.region}b, ${this.options.scope.region}c.`;
      throw new AwsError('InvalidParameterValue', message);
    }
    return this.put(this.subnets, { ...request, id: this.options.ids.ec2('subnet') });
  }

  deleteSubnet(id: string): void {
    if (this.addresses.entries(`${id}/`).length > 0) throw hasDependencies('subnet', id);
    this.subnets.delete(id);
  }

  /**
   * Returns a subnet, or undefined for an invalid id. An existing one that was not created here (named in the settings)
   * is accepted without checks, since nothing here depends on it.
   */
  subnet(id: string): Subnet | undefined {
    const known = this.subnets.get(id);
    if (known || !/^subnet-[0-9a-f]{8,17}$/.test(id)) return known;
    const adopted = this.subnets.values().filter((subnet) => subnet.vpcId === ADOPTED_VPC).length;
    const vpc = this.vpcs.get(ADOPTED_VPC) ?? this.adoptVpc(ADOPTED_VPC);
    this.notice(`Subnet ${id} is not of this machine; it is taken as given.`);
    return this.put(this.subnets, {
      id,
      vpcId: vpc.id,
      cidrBlock: `172.31.${adopted % 256}.0/24`,
      availabilityZone: `${this.options.scope.region}${'abc'[adopted % 3]}`,
      mapPublicIpOnLaunch: false,
      tags: {},
    });
  }

  availabilityZoneOf(subnetId: string): string | undefined {
    return this.subnet(subnetId)?.availabilityZone;
  }

  /** The first free private address of a subnet, from now on `owner`'s. */
  allocateAddress(subnetId: string, owner: string): string {
    const subnet = this.subnet(subnetId);
    if (!subnet) throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
    const { first, size } = parseCidr(subnet.cidrBlock)!;
    const taken = new Set(this.addresses.entries(`${subnetId}/`).map(([key]) => key));
    for (let offset = RESERVED_AT_START; offset < size - RESERVED_AT_END; offset++) {
      const candidate = address(first + offset);
      const key = `${subnetId}/${candidate}`;
      if (taken.has(key)) continue;
      this.addresses.put(key, owner);
      return candidate;
    }
    const message = `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances.`;
    throw new AwsError('InsufficientFreeAddressesInSubnet', message);
  }

  /** Gives back every address of `owner`. */
  releaseAddresses(owner: string): void {
    for (const [key, holder] of this.addresses.entries()) if (holder === owner) this.addresses.delete(key);
  }

  /** Returns the number of free addresses of a subnet. */
  freeAddresses({ id, cidrBlock }: Subnet): number {
    const taken = this.addresses.entries(`${id}/`).length;
    return parseCidr(cidrBlock)!.size - RESERVED_AT_START - RESERVED_AT_END - taken;
  }

  createSecurityGroup(request: Omit<SecurityGroup, 'id' | 'rules'>): SecurityGroup {
    this.requireVpc(request.vpcId);
    const same = (group: SecurityGroup) => group.vpcId === request.vpcId && group.name === request.name;
    if (this.securityGroups.values().some(same)) {
      const message = `The security group '${request.name}' already exists for VPC '${request.vpcId}'`;
      throw new AwsError('InvalidGroup.Duplicate', message);
    }
    return this.put(this.securityGroups, { ...request, rules: [], id: this.options.ids.ec2('sg') });
  }

  /** Adds rules and returns their ids. */
  authorize(groupId: string, rules: readonly Omit<SecurityGroupRule, 'id'>[]): string[] {
    const group = this.requireGroup(groupId);
    const added = rules.map((rule) => ({ ...rule, id: this.options.ids.ec2('sgr') }));
    this.securityGroups.put(groupId, { ...group, rules: [...group.rules, ...added] });
    return added.map((rule) => rule.id);
  }

  /** Takes rules away, by id. */
  revoke(groupId: string, ruleIds: readonly string[]): void {
    const group = this.securityGroups.get(groupId);
    if (!group) return;
    this.securityGroups.put(groupId, { ...group, rules: group.rules.filter((rule) => !ruleIds.includes(rule.id)) });
  }

  /** A group that another's rule names cannot go. */
  deleteSecurityGroup(id: string): void {
    const others = this.securityGroups.values().filter((group) => group.id !== id);
    if (others.some((group) => group.rules.some((rule) => rule.peer === id))) {
      throw new AwsError('DependencyViolation', `resource ${id} has a dependent object`);
    }
    this.securityGroups.delete(id);
  }

  createRouteTable(request: { vpcId: string; tags: Tags }): RouteTable {
    const { cidrBlock } = this.requireVpc(request.vpcId);
    const routes = [{ destination: cidrBlock, target: 'local' }];
    return this.put(this.routeTables, { ...request, routes, associations: [], id: this.options.ids.ec2('rtb') });
  }

  deleteRouteTable(id: string): void {
    if (this.routeTables.get(id)?.associations.length) throw hasDependencies('routeTable', id);
    this.routeTables.delete(id);
  }

  /** Sets the target of a destination, new or existing. */
  putRoute(tableId: string, route: Route): void {
    const table = this.requireTable(tableId);
    const others = table.routes.filter((other) => other.destination !== route.destination);
    this.routeTables.put(tableId, { ...table, routes: [...others, route] });
  }

  deleteRoute(tableId: string, destination: string): void {
    const table = this.routeTables.get(tableId);
    if (!table) return;
    const routes = table.routes.filter((route) => route.destination !== destination);
    this.routeTables.put(tableId, { ...table, routes });
  }

  associate(tableId: string, subnetId: string): string {
    const table = this.requireTable(tableId);
    const id = this.options.ids.ec2('rtbassoc');
    this.routeTables.put(tableId, { ...table, associations: [...table.associations, { id, subnetId }] });
    return id;
  }

  disassociate(associationId: string): void {
    for (const table of this.routeTables.values()) {
      const associations = table.associations.filter((association) => association.id !== associationId);
      this.routeTables.put(table.id, { ...table, associations });
    }
  }

  /**
   * Gives an internet-facing load balancer its public addresses. Refused if its network has no internet gateway; an
   * existing network that was not created here counts as having one.
   */
  mapPublicAddresses(vpcId: string, owner: string): void {
    if (!this.internet.reaches(vpcId) && !this.vpcs.get(vpcId)?.isAdopted) {
      throw new AwsError('InvalidSubnet', `VPC ${vpcId} has no internet gateway`);
    }
    this.internet.map(vpcId, owner);
  }

  releasePublicAddresses(owner: string): void {
    this.internet.release(owner);
  }

  createEndpoint(request: Omit<VpcEndpoint, 'id' | 'createdAt'>): VpcEndpoint {
    this.requireVpc(request.vpcId);
    const createdAt = this.options.clock.now().toISOString();
    return this.put(this.endpoints, { ...request, createdAt, id: this.options.ids.ec2('vpce') });
  }

  private put<T extends { id: string }>(collection: Collection<T>, record: T): T {
    collection.put(record.id, record);
    return record;
  }

  /** As with subnets: an existing network that was not created here is accepted. */
  private requireVpc(id: string): Vpc {
    const vpc = this.vpcs.get(id);
    if (vpc) return vpc;
    if (!/^vpc-[0-9a-f]{8,17}$/.test(id))
      throw new AwsError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
    this.notice(`VPC ${id} is not of this machine; it is taken as given.`);
    return this.adoptVpc(id);
  }

  private adoptVpc(id: string): Vpc {
    const defaults = { enableDnsSupport: true, enableDnsHostnames: true, tags: {} };
    const parts = { defaultNetworkAcl: this.options.ids.ec2('acl'), defaultSecurityGroup: this.options.ids.ec2('sg') };
    return this.put(this.vpcs, { id, cidrBlock: '172.31.0.0/16', isAdopted: true, ...defaults, ...parts });
  }

  private notice(message: string): void {
    this.options.bus.emit({ type: 'notice', level: 'info', message });
  }

  private requireGroup(id: string): SecurityGroup {
    const group = this.securityGroups.get(id);
    if (!group) throw new AwsError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
    return group;
  }

  private requireTable(id: string): RouteTable {
    const table = this.routeTables.get(id);
    if (!table) throw new AwsError('InvalidRouteTableID.NotFound', `The routeTable ID '${id}' does not exist`);
    return table;
  }
}

function hasDependencies(kind: string, id: string): AwsError {
  return new AwsError('DependencyViolation', `The ${kind} '${id}' has dependencies and cannot be deleted.`);
}
