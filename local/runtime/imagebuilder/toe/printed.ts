import { LAST_LINES } from './protocol';

/** In characters. A longer line is reported in pieces. */
const LONGEST_LINE = 64 * 1024;

/** Output of a step, split into lines as it arrives. Keeps the last lines. */
export class Printed {
  private readonly open = { stdout: '', stderr: '' };
  private readonly kept: string[] = [];

  constructor(private readonly hear: (line: string) => void) {}

  add(text: string, stream: 'stdout' | 'stderr'): void {
    const lines = (this.open[stream] + text).split('\n');
    this.open[stream] = lines.pop() ?? '';
    for (const line of lines) this.line(line, stream);
    if (this.open[stream].length < LONGEST_LINE) return;
    this.line(this.open[stream], stream);
    this.open[stream] = '';
  }

  /** Emits an unfinished line. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.open[stream]) this.line(this.open[stream], stream);
      this.open[stream] = '';
    }
  }

  /** A line that a nested document's step printed. */
  overhear(line: string): void {
    this.keep(line);
  }

  get lastLines(): readonly string[] {
    return this.kept;
  }

  private line(line: string, stream: 'stdout' | 'stderr'): void {
    this.keep(line);
    this.hear(`${stream === 'stdout' ? 'Stdout' : 'Stderr'}: ${line}`);
  }

  private keep(line: string): void {
    this.kept.push(line);
    if (this.kept.length > LAST_LINES) this.kept.shift();
  }
}
