import type { Screen } from './screen';

const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';

/**
 * The last lines of a terminal, rewritten in place, with the current work. Final lines are printed above them. On a
 * screen that is not live, the region is empty.
 */
export class LiveRegion {
  private shown = 0;

  constructor(private readonly screen: Screen) {}

  /** Prints a final line, above the region. */
  print(line: string, region: readonly string[]): void {
    this.clear();
    this.screen.write(`${line}\n`);
    this.draw(region);
  }

  /** Replaces the lines of the region. */
  draw(lines: readonly string[]): void {
    if (!this.screen.live) return;
    this.clear();
    // A line that wraps would occupy two rows. The terminal cuts it instead, for characters of any width.
    if (lines.length > 0) this.screen.write(`${NO_WRAP}${lines.map((line) => `${line}\n`).join('')}${WRAP}`);
    this.shown = lines.length;
  }

  clear(): void {
    // Cursor up by the lines shown, then erase to the end of the screen.
    if (this.shown > 0) this.screen.write(`\u001b[${this.shown}A\u001b[0J`);
    this.shown = 0;
  }
}
