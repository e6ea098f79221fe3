/** Records of a VPC and its parts. Nothing of it is enforced on this machine. */

export type Tags = Readonly<Record<string, string>>;

export interface Vpc {
  readonly id: string;
  readonly cidrBlock: string;
  readonly enableDnsSupport: boolean;
  readonly enableDnsHostnames: boolean;
  readonly defaultSecurityGroup: string;
  readonly defaultNetworkAcl: string;
  /** True for an existing network that was not created here; it is not checked. */
  readonly isAdopted?: true;
  readonly tags: Tags;
}

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly availabilityZone: string;
  readonly mapPublicIpOnLaunch: boolean;
  readonly tags: Tags;
}

export interface SecurityGroup {
  readonly id: string;
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  readonly rules: readonly SecurityGroupRule[];
  readonly tags: Tags;
}

export interface SecurityGroupRule {
  /** `sgr-…`. */
  readonly id: string;
  readonly direction: 'ingress' | 'egress';
  /** `tcp`, `udp`, `icmp`, or `-1` for all. */
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  /** A CIDR, another group's id, or a prefix list's. */
  readonly peer: string;
  readonly description?: string;
}

export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  readonly routes: readonly Route[];
  readonly associations: readonly { readonly id: string; readonly subnetId: string }[];
  readonly tags: Tags;
}

export interface Route {
  readonly destination: string;
  /** The id of a gateway, an endpoint …; `local` for the VPC itself. */
  readonly target: string;
}

export interface InternetGateway {
  readonly id: string;
  readonly vpcId?: string;
  readonly tags: Tags;
}

export interface VpcEndpoint {
  readonly id: string;
  readonly vpcId: string;
  readonly serviceName: string;
  readonly type: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly tags: Tags;
}
