import type { Provided, Provider } from '../engine/provider';
import { s3Arn } from '../kernel/arn';
import { isAwsError } from '../kernel/failure';
import type { S3 } from '../runtime/s3/s3';
import { type Encryption, encryptionOf, type Lifecycle, lifecycleOf } from './bucket-settings';
import { resourceTags, type TagList } from './resource-tags';

interface Properties {
  BucketName?: string;
  VersioningConfiguration?: { Status: 'Enabled' | 'Suspended' };
  BucketEncryption?: Encryption;
  LifecycleConfiguration?: Lifecycle;
  PublicAccessBlockConfiguration?: object;
  OwnershipControls?: object;
  AccessControl?: string;
  LoggingConfiguration?: object;
  MetricsConfigurations?: object[];
  IntelligentTieringConfigurations?: object[];
  InventoryConfigurations?: object[];
  AnalyticsConfigurations?: object[];
  Tags?: TagList;
}

/** Buckets, with versioning if the template enables it. */
export function s3Bucket(s3: S3): Provider<Properties> {
  return {
    type: 'AWS::S3::Bucket',
    fidelity: 'real',
    properties: {
      BucketName: 'real',
      VersioningConfiguration: 'real',
      BucketEncryption: 'record',
      LifecycleConfiguration: 'record',
      PublicAccessBlockConfiguration: 'record',
      OwnershipControls: 'record',
      AccessControl: 'record',
      LoggingConfiguration: 'record',
      MetricsConfigurations: 'record',
      IntelligentTieringConfigurations: 'record',
      InventoryConfigurations: 'record',
      AnalyticsConfigurations: 'record',
      Tags: 'real',
    },
    createOnly: ['BucketName'],
    attributes: ['Arn', 'DomainName', 'DualStackDomainName', 'RegionalDomainName', 'WebsiteURL'],
    note: 'Objects, versions and delete markers. Nothing is encrypted, expires or moves to another storage class. Notifications, replication, object lock and websites are refused.',
    async create(ctx, properties) {
      const name = properties.BucketName ?? ctx.physicalName({ length: 63, lowerCase: true });
      s3.buckets.create(name);
      ctx.created(name);
      s3.buckets.configure(name, { ...settings(properties), tags: resourceTags(ctx, properties.Tags) });
      return provided(name, ctx.scope);
    },
    async update(ctx, { physicalId, properties: previous }, next) {
      const change = settings(next);
      // Versioning that a template no longer speaks of is suspended: it cannot be undone.
      const versioning = change.versioning ?? (previous.VersioningConfiguration ? 'Suspended' : undefined);
      s3.buckets.configure(physicalId, { ...change, versioning, tags: resourceTags(ctx, next.Tags) });
      return provided(physicalId, ctx.scope);
    },
    async delete(_ctx, { physicalId }) {
      try {
        s3.deleteBucket(physicalId);
      } catch (error) {
        if (!isAwsError(error, 'NoSuchBucket')) throw error;
      }
    },
  };
}

function settings(properties: Properties) {
  return {
    versioning: properties.VersioningConfiguration?.Status,
    encryption: properties.BucketEncryption && encryptionOf(properties.BucketEncryption),
    lifecycle: properties.LifecycleConfiguration && lifecycleOf(properties.LifecycleConfiguration),
    publicAccessBlock: properties.PublicAccessBlockConfiguration,
    ownership: properties.OwnershipControls,
  };
}

function provided(name: string, scope: Parameters<typeof s3Arn>[0]): Provided {
  return {
    physicalId: name,
    attributes: {
      Arn: s3Arn(scope, name),
      DomainName: `${name}.s3.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${scope.region}.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${scope.region}.amazonaws.com`,
      WebsiteURL: `http://${name}.s3-website-${scope.region}.amazonaws.com`,
    },
  };
}
