/**
 * Returns text with only letters, digits, spaces and `+ - = . _ : / @`, in one line and of at most `mostBytes` of
 * UTF-8. Such text is safe in a tag (G1), in JSON into which CodePipeline inserts it unescaped (A27), and in a message.
 */
export function plainText(text: string, mostBytes: number): string {
  const allowed = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}+\-=._:/@]+/gu, ' ')
    .trim();
  return clip(allowed, mostBytes).trim();
}

/** Returns as many complete characters as fit. */
function clip(text: string, mostBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > mostBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
