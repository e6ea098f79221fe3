import { plainText } from '../plain-text';

/**
 * Returns the subject of a commit as a tag's value, and as text inside JSON: the first line with text, cleaned, of at
 * most 256 bytes of UTF-8 (G1). Never empty.
 */
export function cleanSubject(message: string): string {
  const saying = message.split(/[\r\n\u2028\u2029]+/).find((line) => /[\p{L}\p{N}]/u.test(line));
  return plainText(saying ?? '', LONGEST_BYTES) || NO_SUBJECT;
}

const NO_SUBJECT = 'no subject';
const LONGEST_BYTES = 256;
