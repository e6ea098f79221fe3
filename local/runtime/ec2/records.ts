/** Records of EC2, as plain data. Times are ISO 8601. */
import type { StateReason } from './state-reasons';

export type Tags = Readonly<Record<string, string>>;

export interface ImageRecord {
  /** `ami-…`. */
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** Directories, nearest first; below them is this machine's own root. */
  readonly layers: readonly string[];
  readonly architecture: string;
  readonly rootDeviceName: string;
  readonly tags: Tags;
  readonly createdAt: string;
  /** Owner of the image, and the place in which it can be launched. */
  readonly account: string;
  readonly region: string;
  /** Further accounts that may launch it. */
  readonly sharedWith: readonly string[];
  /** Owner from the caller's view; `amazon` for the image that represents this machine's root. */
  readonly owner: 'self' | 'amazon' | 'other';
  /** A deregistered image is kept, unseen, while instances run from it. */
  readonly state: 'available' | 'deregistered';
}

export interface LaunchTemplateRecord {
  /** `lt-…`. */
  readonly id: string;
  readonly name: string;
  readonly defaultVersion: number;
  readonly latestVersion: number;
  readonly tags: Tags;
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface LaunchTemplateVersion {
  readonly templateId: string;
  readonly number: number;
  readonly description?: string;
  readonly data: LaunchTemplateData;
  readonly createdAt: string;
  readonly createdBy: string;
}

/** As CloudFormation and the API write it; of the fields without effect here, only that they are there matters. */
export interface LaunchTemplateData {
  readonly ImageId?: string;
  readonly InstanceType?: string;
  readonly KeyName?: string;
  /** Base64. */
  readonly UserData?: string;
  readonly IamInstanceProfile?: { readonly Arn?: string; readonly Name?: string };
  readonly InstanceInitiatedShutdownBehavior?: string;
  readonly MetadataOptions?: MetadataOptions;
  readonly SecurityGroupIds?: readonly string[];
  readonly TagSpecifications?: readonly TagSpecification[];
  readonly [further: string]: unknown;
}

export interface MetadataOptions {
  readonly HttpTokens?: string;
  readonly HttpEndpoint?: string;
  readonly InstanceMetadataTags?: string;
  readonly HttpPutResponseHopLimit?: number | string;
}

export interface TagSpecification {
  readonly ResourceType?: string;
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
}

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

/** EC2's number of each state. */
export const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export interface InstanceRecord {
  /** `i-…`. */
  readonly id: string;
  readonly reservationId: string;
  readonly imageId: string;
  /** Layers of the image at launch. */
  readonly layers: readonly string[];
  readonly state: InstanceState;
  readonly stateReason?: StateReason;
  readonly instanceType: string;
  readonly architecture: string;
  readonly launchedAt: string;
  readonly endedAt?: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly privateIp: string;
  readonly tags: Tags;
  readonly profile?: { readonly name: string; readonly arn: string; readonly id: string };
  readonly launchTemplate?: { readonly id: string; readonly name: string; readonly version: number };
  readonly data: LaunchTemplateData;
}
