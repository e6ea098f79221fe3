import { createHash } from 'node:crypto';
import type { Clock } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Collection, Store } from '../../kernel/store';
import type { Bodies, WrittenBody } from './bodies';
import type { ObjectHeaders, ObjectVersion } from './bucket';
import { checkKey } from './key';

export interface UploadRecord {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  readonly headers: ObjectHeaders;
  readonly startedAt: string;
}

export interface PartRecord {
  readonly number: number;
  readonly size: number;
  readonly eTag: string;
  readonly body: string;
  readonly modifiedAt: string;
}

/** Objects that complete an upload: the bucket's objects. */
interface Objects {
  add(
    address: { bucket: string; key: string },
    body: WrittenBody,
    headers: ObjectHeaders & { eTag?: string },
  ): ObjectVersion;
}

/** Minimum size of every part except the last. */
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

/** Multipart uploads, which the AWS CLI uses above 8 MB. */
export class MultipartUploads {
  private readonly uploads: Collection<UploadRecord>;
  private readonly parts: Collection<PartRecord>;

  constructor(private readonly options: { store: Store; clock: Clock; ids: Ids; bodies: Bodies; objects: Objects }) {
    this.uploads = options.store.collection('s3.uploads');
    this.parts = options.store.collection('s3.parts');
  }

  start(bucket: string, key: string, headers: ObjectHeaders): UploadRecord {
    checkKey(key);
    const uploadId = this.options.ids.secret(48);
    const upload = { uploadId, bucket, key, headers, startedAt: this.options.clock.now().toISOString() };
    this.uploads.put(uploadId, upload);
    return upload;
  }

  /** Throws `NoSuchUpload`. */
  get(uploadId: string): UploadRecord {
    const upload = this.uploads.get(uploadId);
    if (upload) return upload;
    throw new AwsError(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      404,
    );
  }

  list(bucket: string): UploadRecord[] {
    return this.uploads.values().filter((upload) => upload.bucket === bucket);
  }

  partsOf(uploadId: string): PartRecord[] {
    this.get(uploadId);
    return this.parts.values(`${uploadId}:`);
  }

  /** Writes a part, in place of one of the same number. */
  async put(uploadId: string, number: number, body: AsyncIterable<Uint8Array>): Promise<PartRecord> {
    this.get(uploadId);
    if (!Number.isInteger(number) || number < 1 || number > 10_000) {
      throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
    }
    const { file, size, md5 } = await this.options.bodies.writeStream(body);
    const key = `${uploadId}:${String(number).padStart(5, '0')}`;
    const replaced = this.parts.get(key);
    const part = { number, size, eTag: `"${md5}"`, body: file, modifiedAt: this.options.clock.now().toISOString() };
    this.parts.put(key, part);
    this.options.bodies.remove(replaced?.body);
    return part;
  }

  /** Throws `MalformedXML`, `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall`. */
  async complete(uploadId: string, named: readonly { number: number; eTag: string }[]): Promise<ObjectVersion> {
    const upload = this.get(uploadId);
    const parts = this.chosen(uploadId, named);
    const body = await this.options.bodies.join(parts.map((part) => part.body));
    const digest = createHash('md5');
    for (const { eTag } of parts) digest.update(Buffer.from(eTag.replaceAll('"', ''), 'hex'));
    const eTag = `"${digest.digest('hex')}-${parts.length}"`;
    const version = this.options.objects.add(upload, body, { ...upload.headers, eTag });
    this.abort(uploadId);
    return version;
  }

  /** Forgets an upload and its parts. */
  abort(uploadId: string): void {
    for (const part of this.partsOf(uploadId)) {
      this.parts.delete(`${uploadId}:${String(part.number).padStart(5, '0')}`);
      this.options.bodies.remove(part.body);
    }
    this.uploads.delete(uploadId);
  }

  abortAll(bucket: string): void {
    for (const { uploadId } of this.list(bucket)) this.abort(uploadId);
  }

  /** The files that parts are kept in. */
  files(): string[] {
    return this.parts.values().map(({ body }) => body);
  }

  private chosen(uploadId: string, named: readonly { number: number; eTag: string }[]): PartRecord[] {
    if (!named.length) {
      throw new AwsError(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      );
    }
    const there = new Map(this.partsOf(uploadId).map((part) => [part.number, part]));
    let previous = 0;
    const parts = named.map(({ number, eTag }) => {
      if (number <= previous) {
        throw new AwsError(
          'InvalidPartOrder',
          'The list of parts was not in ascending order. Parts must be ordered by part number.',
        );
      }
      previous = number;
      const part = there.get(number);
      if (part && part.eTag.replaceAll('"', '') === eTag.replaceAll('"', '')) return part;
      throw new AwsError(
        'InvalidPart',
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    });
    if (parts.slice(0, -1).some(({ size }) => size < SMALLEST_PART_BYTES)) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    return parts;
  }
}
