/** Interfaces of other rooms that EC2 needs, in the shapes of the network and IAM. */

export interface InstanceProfiles {
  /** Finds a profile by name or ARN. */
  find(nameOrArn: string): { readonly name: string; readonly arn: string; readonly id: string } | undefined;
}

export interface Subnets {
  subnet(id: string): { readonly id: string; readonly vpcId: string; readonly availabilityZone: string } | undefined;
  /** A private address, from now on `owner`'s. */
  allocateAddress(subnetId: string, owner: string): string;
  releaseAddresses(owner: string): void;
}

/** SSM's parameters, for images that are named by one. */
export interface ImageParameters {
  value(name: string): string | undefined;
}
