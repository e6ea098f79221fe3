import { AwsError } from '../../kernel/failure';
import type { ObjectVersion } from '../../runtime/s3/bucket';

/** Bytes `start` to `end`, both included. */
export interface RangeRequest {
  readonly start: number;
  readonly end: number;
}

/** Returns the part of an object that a `Range` header requests; the complete object if the header has another form. */
export function rangeOf(header: string | undefined, size: number): RangeRequest | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start > end) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', {
      status: 416,
      fields: {
        RangeRequested: header,
        ActualObjectSize: size,
      },
    });
  }
  return { start, end };
}

/** Throws `PreconditionFailed` or `NotModified` if the object does not meet the reader's conditions. */
export function checkReadable(
  { eTag, modifiedAt }: ObjectVersion,
  conditions: { IfMatch?: string; IfNoneMatch?: string; IfModifiedSince?: Date; IfUnmodifiedSince?: Date },
): void {
  // HTTP dates have whole seconds.
  const modified = Math.floor(Date.parse(modifiedAt) / 1000) * 1000;
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined && !names(IfMatch, eTag)) throw failed('If-Match');
  if (IfMatch === undefined && IfUnmodifiedSince && modified > IfUnmodifiedSince.getTime()) {
    throw failed('If-Unmodified-Since');
  }
  if (IfNoneMatch !== undefined && names(IfNoneMatch, eTag)) throw notModified();
  if (IfNoneMatch === undefined && IfModifiedSince && modified <= IfModifiedSince.getTime()) throw notModified();
}

/**
 * Throws `PreconditionFailed` if the key does not meet the writer's conditions; `NoSuchKey` if they require a missing
 * key.
 */
export function checkWritable(
  current: ObjectVersion | undefined,
  { IfMatch, IfNoneMatch }: { IfMatch?: string; IfNoneMatch?: string },
): void {
  if (IfNoneMatch !== undefined && current && names(IfNoneMatch, current.eTag)) throw failed('If-None-Match');
  if (IfMatch === undefined) return;
  if (!current) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if (!names(IfMatch, current.eTag)) throw failed('If-Match');
}

const names = (header: string, eTag: string) =>
  header.split(',').some((one) => one.trim() === '*' || one.trim().replaceAll('"', '') === eTag.replaceAll('"', ''));

const failed = (condition: string) =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    status: 412,
    fields: {
      Condition: condition,
    },
  });

const notModified = () => new AwsError('NotModified', 'Not Modified', 304);
