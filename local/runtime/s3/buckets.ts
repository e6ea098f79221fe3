import type { Clock } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { Collection, Store } from '../../kernel/store';
import type { BucketRecord } from './bucket';

/** The buckets, without what is in them. */
export class Buckets {
  private readonly buckets: Collection<BucketRecord>;

  constructor(private readonly options: { store: Store; clock: Clock }) {
    this.buckets = options.store.collection('s3.buckets');
  }

  /** Throws `InvalidBucketName`, `BucketAlreadyOwnedByYou`. */
  create(name: string): BucketRecord {
    if (!isBucketName(name)) {
      throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', {
        status: 400,
        fields: { BucketName: name },
      });
    }
    if (this.buckets.get(name)) {
      throw new AwsError(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        { status: 409, fields: { BucketName: name } },
      );
    }
    const bucket: BucketRecord = { name, createdAt: this.options.clock.now().toISOString(), tags: {} };
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

  list(): BucketRecord[] {
    return this.buckets.values();
  }

  /** Sets what `change` holds; `undefined` takes a setting away. */
  configure(name: string, change: Partial<Omit<BucketRecord, 'name' | 'createdAt'>>): void {
    this.buckets.put(name, { ...this.get(name), ...change });
  }

  delete(name: string): void {
    this.buckets.delete(name);
  }
}

/** Lower-case letters, digits, dots and hyphens, 3 to 63 of them, and not an address. */
const isBucketName = (name: string) =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
