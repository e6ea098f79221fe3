/**
 * What can be set. The values are in `infra/settings.ts`; the rules they must keep are in `check.ts`.
 */
export interface Settings {
  /**
   * The name of the application. Stacks, parameters and resources carry it, so two applications of one account and
   * region need two names. Lower-case letters, digits and dashes, 2 to 32 characters, starting with a letter.
   */
  readonly name: string;
  readonly source: SourceSettings;
  readonly image: ImageSettings;
  /** In the order in which an image travels through them. Each entry is a stage of the pipeline and two stacks. */
  readonly environments: readonly EnvironmentSettings[];
}

export interface SourceSettings {
  /** The CodeCommit repository that the pipeline stack creates. Letters, digits, `.`, `_`, `-`, up to 100 characters. */
  readonly repository: string;
  /** The branch whose commits are delivered. */
  readonly branch: string;
}

export interface ImageSettings {
  /** Of the image, of the builds and of the functions. Every instance type must be of it. */
  readonly architecture: Architecture;
  /** `major.minor` of the image versions; the patch number is counted by the pipeline. */
  readonly version: string;
  /** What Image Builder builds and tests the image on. */
  readonly instanceType: string;
}

export type Architecture = 'arm64' | 'x86_64';

export interface EnvironmentSettings {
  /** Lower-case letters, digits and dashes, up to 16 characters, starting with a letter. */
  readonly name: string;
  readonly network: NewNetwork | ExistingNetwork;
  readonly fleet: FleetSettings;
}

/** A small network of its own: public subnets in two zones, closed security groups, and nothing that costs by the hour. */
export interface NewNetwork {
  /** Its addresses, `10.0.0.0/16` for example: between /16 and /24, and apart from those of the other environments. */
  readonly cidr: string;
}

/** A network that is there already. */
export interface ExistingNetwork {
  readonly vpcId: string;
  /** Public subnets for the load balancer, in at least two availability zones. */
  readonly loadBalancerSubnetIds: readonly string[];
  /** Subnets for the servers. From them the AWS APIs must be reachable (public addresses, NAT or endpoints). */
  readonly instanceSubnetIds: readonly string[];
}

export interface FleetSettings {
  readonly instanceType: string;
  /** The fewest servers, at least 1. */
  readonly min: number;
  /** The most servers. A roll adds a batch of new servers before it ends old ones, so at least `min + batch`. */
  readonly max: number;
  /** How many servers a roll replaces at a time, at least 1. */
  readonly batch: number;
}
