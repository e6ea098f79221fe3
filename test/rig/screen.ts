import colors from 'picocolors';
import type { Screen } from '../../cli/screen';

/** A screen that keeps the visible text: a terminal that obeys the few sequences in use, or a plain stream. */
export class FakeScreen implements Screen {
  readonly colors = colors.createColors(false);
  /** All written text, unchanged. */
  written = '';
  private rows: string[] = [''];
  private wraps = true;

  constructor(
    readonly live: boolean,
    private readonly width = 80,
  ) {}

  readonly columns = () => this.width;

  readonly write = (text: string): void => {
    this.written += text;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor begins with one
    for (const part of text.split(/(\u001b\[\??\d*[A-Za-z]|\n)/)) this.obey(part);
  };

  /** The rows of the screen, without the empty one that the cursor stands on. */
  get shown(): string[] {
    return this.rows.at(-1) === '' ? this.rows.slice(0, -1) : this.rows;
  }

  private obey(part: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: see above
    const [, count = '', command] = /^\u001b\[\??(\d*)([A-Za-z])$/.exec(part) ?? [];
    if (command === 'A') this.rows = this.rows.slice(0, Math.max(1, this.rows.length - Number(count)));
    else if (command === 'J') this.rows[this.rows.length - 1] = '';
    else if (command === 'h' || command === 'l') this.wraps = command === 'h';
    else if (part === '\n') this.rows.push('');
    else if (part) this.put(part);
  }

  private put(text: string): void {
    const row = `${this.rows.pop() ?? ''}${text}`;
    if (!this.wraps || row.length <= this.width || !this.live)
      this.rows.push(this.live ? row.slice(0, this.width) : row);
    else for (let at = 0; at < row.length; at += this.width) this.rows.push(row.slice(at, at + this.width));
  }
}
