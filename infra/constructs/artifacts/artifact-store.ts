import { type Place, partitionOf } from '../../settings/places';
import type { Grant } from '../roles/grant';

/** The key with which the artifacts of a bucket are encrypted, if it is one of our own. */
export interface ArtifactKey {
  /** Id in CodePipeline's configuration. */
  readonly id: string;
  /** Its ARN; undefined outside of its own stack. */
  readonly arn?: string;
}

export interface ArtifactStoreProps {
  readonly name: string;
  readonly arn: string;
  readonly key?: ArtifactKey | undefined;
  /** Place of the bucket, if it is named from another place. */
  readonly place?: Place | undefined;
}

/** A bucket of artifacts, for stacks that read or write there. */
export class ArtifactStore {
  readonly name: string;
  readonly arn: string;
  readonly key: ArtifactKey | undefined;

  constructor(private readonly props: ArtifactStoreProps) {
    this.name = props.name;
    this.arn = props.arn;
    this.key = props.key;
  }

  /** Returns the ARN of its objects, or of those whose key matches this pattern. */
  objects(key = '*'): string {
    return `${this.arn}/${key}`;
  }

  /** Permits reading the artifacts of earlier actions, or one artifact of each execution, by its name. */
  read(artifact?: string): Grant {
    return { actions: ['s3:GetObject', 's3:GetObjectVersion'], on: [this.objectsOf(artifact)], because: OBJECTS };
  }

  /**
   * Permits reading the bucket itself. The CDK grants this to every reader (`perms.ts`, `BUCKET_READ_ACTIONS`), and
   * CodePipeline's guide to roles of other accounts. Without `s3:ListBucket` a missing artifact is reported as
   * `AccessDenied`.
   */
  look(): Grant {
    return { actions: BUCKET_LOOKS, on: [this.arn] };
  }

  /** Leaving one artifact of each execution, by its name. */
  leave(artifact: string): Grant {
    return { actions: ['s3:PutObject'], on: [this.objectsOf(artifact)], because: OBJECTS };
  }

  /** Reading, and leaving something for the actions after. */
  carry(): Grant {
    return { ...this.read(), actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'] };
  }

  /**
   * Returns the permissions on the key that reading needs; empty if S3 uses its own key. `name` is the name of the
   * grant.
   */
  decrypt(name = 'ArtifactKey'): Record<string, Grant> {
    return this.useKey(name, ['kms:Decrypt']);
  }

  /**
   * Returns the permissions on the key that writing needs, according to CodePipeline's guide ("Create a pipeline in
   * CodePipeline that uses resources from another AWS account").
   */
  encrypt(name = 'ArtifactKey'): Record<string, Grant> {
    const write = ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];
    return this.useKey(name, ['kms:Decrypt', ...write]);
  }

  /** CodePipeline writes `PIPELINE/ARTIFACT/RANDOM`, with at most ten characters of the artifact's name (A59). */
  private objectsOf(artifact: string | undefined): string {
    return this.objects(artifact === undefined ? '*' : `*/${artifact.slice(0, 10)}/*`);
  }

  private useKey(name: string, actions: readonly string[]): Record<string, Grant> {
    const { key, place } = this.props;
    if (!key) return {};
    const look = ['kms:DescribeKey'];
    if (key.arn) return { [name]: { actions: [...actions, ...look], on: [key.arn] } };
    const because =
      'Another stack creates the key, so its id is unknown; the condition limits it to the objects of this bucket.';
    const on = [`arn:${partitionOf(place!.region)}:kms:${place!.region}:${place!.account}:key/*`];
    return {
      // The encryption context is the object's ARN, unless the bucket has a bucket key (S3 guide,
      // "Using server-side encryption with AWS KMS keys", "Encryption context").
      [name]: { actions, on, because, when: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': this.objects() } } },
      [`LookAt${name}`]: { actions: look, on, because: 'Another stack creates the key, so its id is unknown.' },
    };
  }
}

const BUCKET_LOOKS = ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning', 's3:ListBucket'];

const OBJECTS = 'The bucket holds nothing but artifacts, and CodePipeline gives each a name of its own.';
