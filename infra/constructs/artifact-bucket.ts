import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import type { Grant } from './role';

/** What the actions of an execution hand to each other. Kept long enough to try a stage of an old execution again. */
export class ArtifactBucket extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const bucket = new CfnBucket(this, 'Bucket', {
      versioningConfiguration: { status: 'Enabled' },
      bucketEncryption: {
        serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
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
            expirationInDays: 90,
            noncurrentVersionExpiration: { noncurrentDays: 7 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
    });
    bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
    acknowledge(bucket, {
      'AwsSolutions-S1':
        'Only the roles of the pipeline reach it; what they do is in CloudTrail and in the execution history.',
    });
    this.name = bucket.ref;
    this.arn = bucket.attrArn;
    new CfnBucketPolicy(this, 'Policy', {
      bucket: this.name,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'TlsOnly',
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 's3:*',
            Resource: [this.arn, this.objects()],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  }

  /** The ARN of its objects, or of those whose key has this form. */
  objects(key = '*'): string {
    return `${this.arn}/${key}`;
  }

  /** Reading what an action before has left. */
  read(): Grant {
    return { actions: ['s3:GetObject', 's3:GetObjectVersion'], on: [this.objects()], because: OBJECTS };
  }

  /** Reading, and leaving something for the actions after. */
  carry(): Grant {
    return { ...this.read(), actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'] };
  }
}

const OBJECTS = 'The bucket holds nothing but artifacts, and CodePipeline gives each a name of its own.';
