import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { artifactKeyAlias } from '../../names';
import { acknowledge } from '../roles/acknowledge';
import { global } from '../roles/arn';
import { type RolesElsewhere, rolesElsewhere } from '../roles/role';
import { tlsOnly } from '../roles/tls-only';
import { ArtifactStore } from './artifact-store';

export interface ArtifactBucketProps {
  /** Name of the application. */
  readonly name: string;
  /** Default: CloudFormation generates the name. */
  readonly bucketName?: string | undefined;
  /**
   * True if other accounts read here: only the bucket's own account can read objects encrypted with the key of S3
   * (A59).
   */
  readonly ownKey: boolean;
  /** Roles in other places that read here, by account. */
  readonly readers: readonly RolesElsewhere[];
}

/**
 * Bucket for the artifacts that the actions of an execution exchange. Kept long enough to try a stage of an old
 * execution again.
 */
export class ArtifactBucket extends Construct {
  readonly store: ArtifactStore;

  constructor(scope: Construct, id: string, props: ArtifactBucketProps) {
    super(scope, id);
    const keyArn = props.ownKey ? this.key(props) : undefined;
    const bucket = new CfnBucket(this, 'Bucket', {
      bucketName: props.bucketName,
      versioningConfiguration: { status: 'Enabled' },
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          {
            serverSideEncryptionByDefault: keyArn
              ? { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn }
              : { sseAlgorithm: 'AES256' },
          },
        ],
      },
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
      lifecycleConfiguration: {
        rules: [
          {
            id: 'Artifacts',
            status: 'Enabled',
            // Twelve months: CodePipeline keeps executions as long, and a stage can be rolled back to any of them.
            expirationInDays: 372,
            noncurrentVersionExpiration: { noncurrentDays: 7 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
    });
    bucket.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    acknowledge(bucket, {
      'AwsSolutions-S1':
        'Only the roles of the pipeline have access, and the execution history lists their artifacts. To log each access, enable CloudTrail data events for it, which have a price per event.',
    });
    const store = { name: bucket.ref, arn: bucket.attrArn, key: keyArn ? { id: keyArn, arn: keyArn } : undefined };
    this.store = new ArtifactStore(store);
    this.policy(props.readers);
  }

  private policy(readers: readonly RolesElsewhere[]): void {
    const { name, arn } = this.store;
    const objects = this.store.objects();
    const [read, look] = [this.store.read(), this.store.look()];
    new CfnBucketPolicy(this, 'Policy', {
      bucket: name,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          tlsOnly('s3:*', [arn, objects]),
          // Each action applies to those of the two kinds of resources that it knows.
          ...readFromElsewhere(readers, [...read.actions, ...look.actions], [arn, objects]),
        ],
      },
    });
  }

  /** The key is retained like the bucket: without it the objects could not be read. */
  private key({ name, readers }: ArtifactBucketProps): string {
    const key = new CfnKey(this, 'Key', {
      description: `The artifacts of ${name}`,
      enableKeyRotation: true,
      keyPolicy: {
        Version: '2012-10-17',
        Statement: [
          // As every key begins: the policies of this account decide.
          {
            Sid: 'Account',
            Effect: 'Allow',
            Principal: { AWS: global('iam', 'root') },
            Action: 'kms:*',
            Resource: '*',
          },
          ...readFromElsewhere(readers, ['kms:Decrypt', 'kms:DescribeKey'], '*'),
        ],
      },
    });
    key.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    new CfnAlias(this, 'Alias', { aliasName: artifactKeyAlias(name), targetKeyId: key.ref });
    return key.attrArn;
  }
}

/** One statement for all readers, because a bucket policy has at most 20 KB. Empty without readers. */
function readFromElsewhere(readers: readonly RolesElsewhere[], actions: string[], on: string | string[]): object[] {
  if (readers.length === 0) return [];
  return [{ Sid: 'ReadFromElsewhere', Effect: 'Allow', Action: actions, Resource: on, ...rolesElsewhere(readers) }];
}
