import type { StepReport } from './toe/protocol';

// Stored forms, one document each. Dates are ISO strings, names and shapes AWS's.

export type Tags = Readonly<Record<string, string>>;

export interface ComponentRecord {
  /** With the build: `…:component/name/1.0.0/1`. */
  readonly arn: string;
  readonly name: string;
  readonly version: string;
  readonly type: 'BUILD' | 'TEST';
  readonly platform: 'Linux';
  readonly data: string;
  readonly description?: string;
  readonly changeDescription?: string;
  readonly supportedOsVersions?: readonly string[];
  readonly kmsKeyId?: string;
  readonly parameters: readonly {
    name: string;
    type: string;
    defaultValue?: readonly string[];
    description?: string;
  }[];
  readonly dateCreated: string;
  readonly tags: Tags;
}

export interface RecipeComponent {
  readonly componentArn: string;
  readonly parameters?: readonly { readonly name: string; readonly value: readonly string[] }[];
}

export interface RecipeRecord {
  readonly arn: string;
  readonly name: string;
  readonly version: string;
  readonly platform: 'Linux';
  readonly components: readonly RecipeComponent[];
  readonly parentImage: string;
  readonly description?: string;
  readonly workingDirectory?: string;
  readonly blockDeviceMappings?: readonly object[];
  readonly additionalInstanceConfiguration?: object;
  readonly amiTags?: Tags;
  readonly dateCreated: string;
  readonly tags: Tags;
}

export interface InfrastructureRecord {
  readonly arn: string;
  readonly name: string;
  readonly instanceProfileName: string;
  readonly instanceTypes?: readonly string[];
  readonly description?: string;
  readonly securityGroupIds?: readonly string[];
  readonly subnetId?: string;
  readonly keyPair?: string;
  readonly terminateInstanceOnFailure: boolean;
  /** Tags of the build machines. */
  readonly resourceTags?: Tags;
  readonly instanceMetadataOptions?: { readonly httpTokens?: string; readonly httpPutResponseHopLimit?: number };
  readonly placement?: object;
  readonly dateCreated: string;
  readonly dateUpdated?: string;
  readonly tags: Tags;
}

export interface DistributionRecord {
  readonly arn: string;
  readonly name: string;
  readonly description?: string;
  readonly distributions: readonly RegionDistribution[];
  readonly dateCreated: string;
  readonly dateUpdated?: string;
  readonly tags: Tags;
}

export interface RegionDistribution {
  readonly region: string;
  readonly amiDistributionConfiguration?: {
    readonly name?: string;
    readonly description?: string;
    readonly amiTags?: Tags;
    /** Accounts that may launch it. */
    readonly launchPermissionConfiguration?: { readonly userIds?: readonly string[] };
  };
}

export interface ImageRecord {
  /** `…:image/name/1.0.0/1`. */
  readonly arn: string;
  /** The recipe's name. */
  readonly name: string;
  readonly version: string;
  readonly build: number;
  readonly state: ImageState;
  readonly recipeArn: string;
  readonly infrastructureArn: string;
  readonly distributionArn?: string;
  readonly imageTestsEnabled: boolean;
  readonly timeoutMinutes?: number;
  readonly enhancedImageMetadataEnabled: boolean;
  readonly logGroup: string;
  readonly workflowExecutionId: string;
  readonly clientToken?: string;
  readonly dateCreated: string;
  readonly tags: Tags;
}

/**
 *     PENDING ─► CREATING ─► BUILDING ─► TESTING ─► DISTRIBUTING ─► INTEGRATING ─► AVAILABLE      (D15)
 *        └───────────┴───────────┴──────────┴────────────┴───────────────┴──► FAILED | CANCELLED
 *
 * Only an available image has an AMI.
 */
export type ImageState =
  | { readonly status: Underway }
  | {
      readonly status: 'AVAILABLE';
      readonly imageId: string;
      readonly amiName: string;
      readonly parentImageId: string;
      /** In other regions, each with its own id. */
      readonly copies?: readonly AmiCopy[];
    }
  | { readonly status: 'FAILED'; readonly reason: string; readonly failure?: ComponentFailure }
  | { readonly status: 'CANCELLED'; readonly reason: string };

export interface AmiCopy {
  readonly region: string;
  readonly imageId: string;
  readonly amiName: string;
}

export type Underway = 'PENDING' | 'CREATING' | 'BUILDING' | 'TESTING' | 'DISTRIBUTING' | 'INTEGRATING';

/** The first step that failed. */
export interface ComponentFailure extends StepReport {
  readonly componentArn: string;
}

export function isOver(state: ImageState): state is Exclude<ImageState, { status: Underway }> {
  return state.status === 'AVAILABLE' || state.status === 'FAILED' || state.status === 'CANCELLED';
}
