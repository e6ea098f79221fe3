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

/** The log of one build: the builder's own lines as CodeBuild writes them, and what the commands write. */
export class BuildLog {
  private secrets: readonly string[] = [];
  private last: string[] = [];
  /** The beginning of a line, as it came: joined when the line ends, so that a long one is not copied at every piece. */
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

  /** Writes what has no end of line, and gives the last lines since `begin`. */
  flush(): string[] {
    const rest = this.takeUnfinished();
    if (rest) this.keep([rest]);
    return this.last;
  }

  /** From here on `flush` counts. */
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
    // What a progress bar wrote over is not worth keeping.
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

/** A line that is too long for one event, as several. */
function inParts(line: string): string[] {
  if (line.length <= LONGEST_LINE) return [line];
  const count = Math.ceil(line.length / LONGEST_LINE);
  return Array.from({ length: count }, (_, part) => line.slice(part * LONGEST_LINE, (part + 1) * LONGEST_LINE));
}
