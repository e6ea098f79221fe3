import colors from 'picocolors';

export type Colors = ReturnType<typeof colors.createColors>;

/** Output for lines, and its capabilities. */
export interface Screen {
  write(text: string): void;
  /** A terminal that can move its cursor; elsewhere every line is final. */
  readonly live: boolean;
  /** In characters; lines of the live region are cut to it. */
  readonly columns: () => number;
  readonly colors: Colors;
}

/**
 * The screen on an output stream. Colours follow the conventions: none where `NO_COLOR` is set, some where
 * `FORCE_COLOR` is, and otherwise only on a terminal.
 */
export function screenOn(
  stream: NodeJS.WritableStream & { isTTY?: boolean; columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
): Screen {
  const terminal = stream.isTTY === true && environment['TERM'] !== 'dumb' && !environment['CI'];
  const noColor = environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '';
  const forced = environment['FORCE_COLOR'] !== undefined && environment['FORCE_COLOR'] !== '0';
  return {
    write: (text) => void stream.write(text),
    live: terminal,
    columns: () => stream.columns || 80,
    colors: colors.createColors(!noColor && (forced || terminal)),
  };
}

/** `240 ms`, `3.1 s`, `2 m 05 s`. */
export function duration(milliseconds: number): string {
  if (Math.round(milliseconds) < 1000) return `${Math.round(milliseconds)} ms`;
  const tenths = Math.round(milliseconds / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
}

/** ECMA-48: control sequences, command strings to their end, other escapes; and then every control but tab and line. */
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(\u0007|\u001b\\)?|\u001b.|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Text of others as it may be shown: without what moves the cursor, colours or rings. Lines and tabs stay. */
export function plain(text: string): string {
  return text.replace(CONTROLS, '');
}

/** Cuts `text`, whoever it is from, to one line of at most `width` characters. */
export function oneLine(text: string, width: number): string {
  const line = [...plain(text.replace(/\s+/g, ' ')).trim()];
  return line.length > width ? `${line.slice(0, Math.max(0, width - 1)).join('')}…` : line.join('');
}
