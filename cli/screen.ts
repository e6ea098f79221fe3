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
 * Returns the screen of an output stream. Colours follow the conventions: none with `NO_COLOR`, always with
 * `FORCE_COLOR`, and otherwise only on a terminal.
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
