/**
 * The subject of a commit as a tag's value, and as text inside JSON: the first line that says something, with nothing in
 * it but letters, digits, spaces and `+ - = . _ : / @` (G1), and at most 256 bytes of UTF-8. Never empty.
 */
export function cleanSubject(message: string): string {
  const saying = message.split(/[\r\n\u2028\u2029]+/).find((line) => /[\p{L}\p{N}]/u.test(line));
  return clean(saying ?? '') || NO_SUBJECT;
}

const NO_SUBJECT = 'no subject';
const LONGEST_BYTES = 256;

function clean(line: string): string {
  const allowed = line
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}+\-=._:/@]+/gu, ' ')
    .trim();
  return clip(allowed).trim();
}

/** As many whole characters as fit. */
function clip(text: string): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > LONGEST_BYTES) break;
    end += character.length;
  }
  return text.slice(0, end);
}
