import { AwsError } from '../../kernel/failure';

/** In bytes of UTF-8. */
const LONGEST_KEY = 1024;

/** Refuses a key that no object can have. Errors: `KeyTooLongError`, with S3's message. */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= LONGEST_KEY) return;
  throw new AwsError('KeyTooLongError', 'Your key is too long', {
    status: 400,
    fields: { Size: String(size), MaxSizeAllowed: String(LONGEST_KEY) },
  });
}
