import type { Clock } from '../../kernel/clock';
import type { Logs } from '../../kernel/ports';

const LAST_LINES = 20;
/** A line without an end is written in parts: CloudWatch Logs takes events of up to 1 MiB. */
const LONGEST_LINE = 256 * 1024;
/** Shorter values occur by chance, and hiding them would hide half of the log. */
const SHORTEST_SECRET = 3;

export interface BuildLogOptions {
  readonly clock: Clock;
  readonly logs: Logs;
  readonly group: string;
  readonly stream: string;
}

/** The log of one build: the builder's own lines in CodeBuild's form, and the output of the commands. */
export class BuildLog {
  private secrets: readonly string[] = [];
  private last: string[] = [];
  /** The beginning of a line, in pieces: joined at its end, so that a long one is not copied for each piece. */
  private unfinished: string[] = [];
  private unfinishedLength = 0;

  constructor(private readonly options: BuildLogOptions) {}

  /** Values that appear as `***` from now on. */
  hide(secrets: readonly string[]): void {
    this.secrets = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  }

  /** A line of the builder: `[Container] 2026/01/31 13:10:52.671000 …`. */
  say(message: string): void {
    const [date, time] = this.options.clock.now().toISOString().split('T') as [string, string];
    this.write([`[Container] ${date.replaceAll('-', '/')} ${time.replace('Z', '000')} ${message}`]);
  }

  /** Output of a command; a line is written when it is whole. */
  output(text: string): void {
    const lines = text.split('\n');
    const rest = lines.pop() ?? '';
    if (lines.length > 0) {
      lines[0] = this.takeUnfinished() + lines[0];
      this.keep(lines.flatMap(inParts));
    }
    this.unfinished.push(rest);
    this.unfinishedLength += rest.length;
    if (this.unfinishedLength >= LONGEST_LINE) this.keep(inParts(this.takeUnfinished()));
  }

  /** Writes an unfinished line, and returns the last lines since `begin`. */
  flush(): string[] {
    const rest = this.takeUnfinished();
    if (rest) this.keep([rest]);
    return this.last;
  }

  /** Starts the lines that `flush` returns. */
  begin(): void {
    this.last = [];
  }

  private takeUnfinished(): string {
    const text = this.unfinished.join('');
    this.unfinished = [];
    this.unfinishedLength = 0;
    return text;
  }

  private keep(lines: string[]): void {
    // Output that a progress bar overwrote is dropped.
    const shown = lines.map((line) => this.masked(line.replace(/\r+$/, '').replace(/^.*\r/s, '')));
    this.last = [...this.last, ...shown.slice(-LAST_LINES)].slice(-LAST_LINES);
    this.write(shown);
  }

  private masked(line: string): string {
    return this.secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line);
  }

  private write(lines: string[]): void {
    if (lines.length > 0) this.options.logs.write(this.options.group, this.options.stream, lines);
  }
}

/** Splits a line that is too long for one event. */
function inParts(line: string): string[] {
  if (line.length <= LONGEST_LINE) return [line];
  const count = Math.ceil(line.length / LONGEST_LINE);
  return Array.from({ length: count }, (_, part) => line.slice(part * LONGEST_LINE, (part + 1) * LONGEST_LINE));
}
