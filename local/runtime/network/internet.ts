import { AwsError } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Collection, Store } from '../../kernel/store';
import type { InternetGateway, Tags } from './records';

/** Internet gateways, and the public addresses behind them. */
export class Internet {
  readonly gateways: Collection<InternetGateway>;
  /** The VPC of each owner of a public address. */
  private readonly addresses: Collection<string>;

  constructor(private readonly options: { readonly store: Store; readonly ids: Ids }) {
    this.gateways = options.store.collection('network.internet-gateways');
    this.addresses = options.store.collection('network.public-addresses');
  }

  createGateway(tags: Tags): InternetGateway {
    const gateway = { id: this.options.ids.ec2('igw'), tags };
    this.gateways.put(gateway.id, gateway);
    return gateway;
  }

  deleteGateway(id: string): void {
    if (this.gateways.get(id)?.vpcId) {
      throw new AwsError('DependencyViolation', `The internetGateway '${id}' has dependencies and cannot be deleted.`);
    }
    this.gateways.delete(id);
  }

  attach(gatewayId: string, vpcId: string): void {
    const gateway = this.gateways.get(gatewayId);
    if (!gateway) {
      throw new AwsError('InvalidInternetGatewayID.NotFound', `The internetGateway ID '${gatewayId}' does not exist`);
    }
    this.gateways.put(gatewayId, { ...gateway, vpcId });
  }

  /** Refused while a resource in the VPC has a public address. A missing or detached gateway is no error. */
  detach(gatewayId: string): void {
    const gateway = this.gateways.get(gatewayId);
    if (!gateway?.vpcId) return;
    if (this.addresses.values().includes(gateway.vpcId)) {
      const message = `Network ${gateway.vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`;
      throw new AwsError('DependencyViolation', message);
    }
    this.gateways.put(gatewayId, { ...gateway, vpcId: undefined });
  }

  reaches(vpcId: string): boolean {
    return this.gateways.values().some((gateway) => gateway.vpcId === vpcId);
  }

  /** Gives `owner` public addresses in a VPC. */
  map(vpcId: string, owner: string): void {
    this.addresses.put(owner, vpcId);
  }

  release(owner: string): void {
    this.addresses.delete(owner);
  }
}
