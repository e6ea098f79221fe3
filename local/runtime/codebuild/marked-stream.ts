const SEPARATOR = '\x1e';

/** A longer text after the beginning of a mark is output: only the build itself can have written it. */
const LONGEST_MARK = 64;

/** Splits a stream of text at its marks: `\x1eNONCE word number\x1e`. A mark may arrive in pieces. */
export class MarkedStream {
  private rest = '';

  constructor(
    private readonly nonce: string,
    private readonly found: { text(text: string): void; mark(mark: string): void },
  ) {}

  write(chunk: string): void {
    this.rest += chunk;
    const start = `${SEPARATOR}${this.nonce} `;
    for (let at = this.rest.indexOf(start); at >= 0; at = this.rest.indexOf(start)) {
      const end = this.rest.indexOf(SEPARATOR, at + start.length);
      if (end < 0 && this.rest.length - at < start.length + LONGEST_MARK) return this.pass(at);
      if (end < 0) break;
      const mark = this.rest.slice(at + start.length, end);
      this.pass(at);
      this.rest = this.rest.slice(end + 1 - at);
      this.found.mark(mark);
    }
    this.pass(this.rest.length - beginningAtEnd(this.rest, start));
  }

  private pass(length: number): void {
    if (length > 0) this.found.text(this.rest.slice(0, length));
    this.rest = this.rest.slice(length);
  }
}

/** Returns the number of characters at the end of `text` that may be the beginning of `start`. */
function beginningAtEnd(text: string, start: string): number {
  const at = text.lastIndexOf(SEPARATOR);
  return at >= 0 && start.startsWith(text.slice(at)) ? text.length - at : 0;
}
