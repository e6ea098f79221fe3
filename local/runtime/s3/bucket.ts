/** A bucket. Dates are ISO strings. */
export interface BucketRecord {
  readonly name: string;
  /** Account and region of the bucket. Its name is unique everywhere. */
  readonly account: string;
  readonly region: string;
  readonly createdAt: string;
  readonly versioning?: 'Enabled' | 'Suspended';
  /** Kept and shown, without effect, each in the shape S3's API has for it. */
  readonly policy?: string;
  readonly encryption?: object;
  readonly publicAccessBlock?: object;
  readonly lifecycle?: object;
  readonly ownership?: object;
  readonly tags: Readonly<Record<string, string>>;
}

/** Headers of a client about an object; returned unchanged. */
export interface ObjectHeaders {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
  /** `x-amz-meta-*`. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** One version of an object, or a delete marker, which has no body. */
export interface ObjectVersion extends ObjectHeaders {
  /** `null` if it was written while the bucket had no versioning. */
  readonly versionId: string;
  readonly modifiedAt: string;
  readonly size: number;
  /** With its quotes, as in HTTP. */
  readonly eTag: string;
  /** The name of the file that holds the bytes. */
  readonly body?: string;
}

/** All versions of a key, newest first. Never empty. */
export interface ObjectRecord {
  readonly key: string;
  readonly versions: readonly ObjectVersion[];
}

export const isDeleteMarker = ({ body }: ObjectVersion) => body === undefined;
