import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { Collection, Store } from '../../kernel/store';
import type { BucketRecord } from './bucket';

/** The buckets, without their objects. Their names are unique across accounts and regions. */
export class Buckets {
  private readonly buckets: Collection<BucketRecord>;

  constructor(private readonly options: { scope: Scope; store: Store; clock: Clock }) {
    this.buckets = options.store.collection('s3.buckets');
  }

  /** Makes a bucket of this account in this region. Throws `InvalidBucketName`, `BucketAlreadyOwnedByYou`, `BucketAlreadyExists`. */
  create(name: string): BucketRecord {
    const { account, region } = this.options.scope;
    if (!isBucketName(name)) {
      throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', {
        status: 400,
        fields: { BucketName: name },
      });
    }
    const existing = this.buckets.get(name);
    if (existing && existing.account !== account) {
      throw new AwsError(
        'BucketAlreadyExists',
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
        { status: 409, fields: { BucketName: name } },
      );
    }
    if (existing) {
      throw new AwsError(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        { status: 409, fields: { BucketName: name } },
      );
    }
    const bucket = { name, account, region, createdAt: this.options.clock.now().toISOString(), tags: {} };
    this.buckets.put(name, bucket);
    return bucket;
  }

  /** Throws `NoSuchBucket`. */
  get(name: string): BucketRecord {
    const bucket = this.buckets.get(name);
    if (bucket) return bucket;
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', {
      status: 404,
      fields: { BucketName: name },
    });
  }

  has(name: string): boolean {
    return this.buckets.get(name) !== undefined;
  }

  /** Returns the buckets of this account, in any region. */
  list(): BucketRecord[] {
    return this.buckets.values().filter(({ account }) => account === this.options.scope.account);
  }

  /** Sets the members of `change`; `undefined` removes a setting. */
  configure(name: string, change: Partial<Omit<BucketRecord, 'name' | 'account' | 'region' | 'createdAt'>>): void {
    this.buckets.put(name, { ...this.get(name), ...change });
  }

  /** Assigns buckets of an older state format, without account and region, to this scope. */
  recover(): void {
    const { account, region } = this.options.scope;
    for (const bucket of this.buckets.values()) {
      if (bucket.account === undefined) this.buckets.put(bucket.name, { ...bucket, account, region });
    }
  }

  delete(name: string): void {
    this.buckets.delete(name);
  }
}

/** Lower-case letters, digits, dots and hyphens, 3 to 63 of them, and not an address. */
const isBucketName = (name: string) =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
