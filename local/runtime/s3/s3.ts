import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Objects } from '../../kernel/ports';
import type { Collection, Store } from '../../kernel/store';
import { Bodies, type WrittenBody } from './bodies';
import { type BucketRecord, isDeleteMarker, type ObjectHeaders, type ObjectRecord, type ObjectVersion } from './bucket';
import { Buckets } from './buckets';
import { checkKey } from './key';
import { MultipartUploads } from './multipart';

export interface S3Options {
  /** Account and region of new buckets. */
  readonly scope: Scope;
  /** The same for every scope: a bucket is found by its name, in any region. */
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Directory of the objects' bytes; the same for every scope. */
  readonly directory: string;
}

/** An object, and its version if it is not the current one. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** S3: buckets, objects and their versions. Records are in the store, bytes in files. */
export class S3 implements Objects {
  readonly buckets: Buckets;
  readonly bodies: Bodies;
  readonly uploads: MultipartUploads;
  private readonly objects: Collection<ObjectRecord>;

  constructor(private readonly options: S3Options) {
    this.buckets = new Buckets(options);
    this.bodies = new Bodies(options.directory, options.ids);
    this.objects = options.store.collection('s3.objects');
    this.uploads = new MultipartUploads({ ...options, bodies: this.bodies, objects: this });
  }

  /** Throws `BucketNotEmpty`. */
  deleteBucket(name: string): void {
    const { versioning } = this.buckets.get(name);
    if (this.objects.entries(`${name}/`).length) {
      const hint = versioning ? '. You must delete all versions in the bucket.' : '';
      throw new AwsError('BucketNotEmpty', `The bucket you tried to delete is not empty${hint}`, {
        status: 409,
        fields: {
          BucketName: name,
        },
      });
    }
    this.uploads.abortAll(name);
    this.buckets.delete(name);
  }

  read(bucket: string, key: string, versionId?: string): Buffer {
    const { body } = this.find({ bucket, key, versionId });
    return this.bodies.read(body as string);
  }

  write(bucket: string, key: string, body: Uint8Array): { versionId: string; eTag: string } {
    this.buckets.get(bucket);
    return this.add({ bucket, key }, this.bodies.write(body));
  }

  /** As `write`, from a stream and with headers. `check` runs with nothing awaited between it and the writing. */
  async put(
    address: ObjectAddress,
    body: AsyncIterable<Uint8Array>,
    { check, ...headers }: ObjectHeaders & { check?: () => void } = {},
  ): Promise<ObjectVersion> {
    this.buckets.get(address.bucket);
    checkKey(address.key);
    const written = await this.bodies.writeStream(body);
    try {
      check?.();
      return this.add(address, written, headers);
    } catch (error) {
      this.bodies.remove(written.file);
      throw error;
    }
  }

  /** Records a written body as the current version of its key. A version id that it replaces loses its body. */
  add(address: ObjectAddress, body: WrittenBody, headers: ObjectHeaders & { eTag?: string } = {}): ObjectVersion {
    const { versioning } = this.buckets.get(address.bucket);
    checkKey(address.key);
    const version: ObjectVersion = {
      ...headers,
      versionId: versioning === 'Enabled' ? this.options.ids.secret(24) : 'null',
      modifiedAt: this.options.clock.now().toISOString(),
      size: body.size,
      eTag: headers.eTag ?? `"${body.md5}"`,
      body: body.file,
    };
    this.makeCurrent(address, version);
    return version;
  }

  /** Throws `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, and `MethodNotAllowed` for a delete marker's own id. */
  find({ bucket, key, versionId }: ObjectAddress): ObjectVersion {
    this.buckets.get(bucket);
    const versions = this.versions(bucket, key);
    const version = versionId === undefined ? versions[0] : versions.find((other) => other.versionId === versionId);
    if (version && !isDeleteMarker(version)) return version;
    if (version && versionId !== undefined) {
      throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
    }
    if (versionId !== undefined) {
      throw new AwsError('NoSuchVersion', 'The specified version does not exist.', {
        status: 404,
        fields: {
          Key: key,
          VersionId: versionId,
        },
      });
    }
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404, fields: { Key: key } });
  }

  /** Returns the current object; undefined for a missing key, or behind a delete marker. */
  current(bucket: string, key: string): ObjectVersion | undefined {
    const [version] = this.versions(bucket, key);
    return version && !isDeleteMarker(version) ? version : undefined;
  }

  /** A copy, which shares the bytes of its source. Without `headers` it has those of the source. */
  copy(from: ObjectAddress, to: ObjectAddress, headers?: ObjectHeaders): ObjectVersion {
    this.buckets.get(to.bucket);
    const { versionId: _, modifiedAt: __, body, size, eTag, ...own } = this.find(from);
    const file = this.bodies.duplicate(body as string);
    return this.add(to, { file, size, md5: '' }, { ...(headers ?? own), eTag });
  }

  /** Replaces an object's tags. */
  tag(address: ObjectAddress, tags: Readonly<Record<string, string>>): ObjectVersion {
    const tagged = { ...this.find(address), tags };
    const versions = this.versions(address.bucket, address.key);
    this.save(
      address,
      versions.map((version) => (version.versionId === tagged.versionId ? tagged : version)),
    );
    return tagged;
  }

  /**
   * Deletes one version permanently if it is given. Otherwise the object: permanently without versioning, and behind a
   * delete marker with it. A missing object is not an error.
   */
  delete(address: ObjectAddress): { versionId?: string; deleteMarker?: boolean } {
    const bucket = this.buckets.get(address.bucket);
    if (address.versionId !== undefined) return this.deleteVersion(address, address.versionId);
    if (!bucket.versioning) {
      this.deleteVersion(address, 'null');
      return {};
    }
    return this.deleteBehindMarker(address, bucket);
  }

  /** The records of keys with a prefix, in the order of their keys. */
  records(bucket: string, prefix = ''): ObjectRecord[] {
    this.buckets.get(bucket);
    return this.objects.values(`${bucket}/${prefix}`);
  }

  /** After a killed process: removes bodies that were written and never recorded. */
  recover(): void {
    this.buckets.recover();
    const named = new Set(this.uploads.files());
    for (const { versions } of this.objects.values()) {
      for (const { body } of versions) if (body) named.add(body);
    }
    this.bodies.sweep(named);
  }

  private deleteBehindMarker(
    address: ObjectAddress,
    { versioning }: BucketRecord,
  ): { versionId: string; deleteMarker: true } {
    const marker: ObjectVersion = {
      versionId: versioning === 'Enabled' ? this.options.ids.secret(24) : 'null',
      modifiedAt: this.options.clock.now().toISOString(),
      size: 0,
      eTag: '',
    };
    this.makeCurrent(address, marker);
    return { versionId: marker.versionId, deleteMarker: true };
  }

  private deleteVersion(address: ObjectAddress, versionId: string): { versionId: string; deleteMarker?: boolean } {
    const versions = this.versions(address.bucket, address.key);
    const gone = versions.find((version) => version.versionId === versionId);
    if (!gone) return { versionId };
    this.save(
      address,
      versions.filter((version) => version !== gone),
    );
    this.bodies.remove(gone.body);
    return isDeleteMarker(gone) ? { versionId, deleteMarker: true } : { versionId };
  }

  private makeCurrent(address: ObjectAddress, version: ObjectVersion): void {
    const versions = this.versions(address.bucket, address.key);
    const replaced = versions.find(({ versionId }) => versionId === version.versionId);
    this.save(address, [version, ...versions.filter((other) => other !== replaced)]);
    this.bodies.remove(replaced?.body);
  }

  private versions(bucket: string, key: string): readonly ObjectVersion[] {
    return this.objects.get(`${bucket}/${key}`)?.versions ?? [];
  }

  private save({ bucket, key }: ObjectAddress, versions: readonly ObjectVersion[]): void {
    if (versions.length) this.objects.put(`${bucket}/${key}`, { key, versions });
    else this.objects.delete(`${bucket}/${key}`);
  }
}
