/** ECMA-48: control sequences, command strings to their end, other escapes; and then every control but tab and line. */
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(\u0007|\u001b\\)?|\u001b.|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Removes sequences that move the cursor, colour or ring. Lines and tabs stay. */
export function plain(text: string): string {
  return text.replace(CONTROLS, '');
}

/** Returns foreign text (a commit's subject, a service's message) as one line of at most `width` characters. */
export function oneLine(text: string, width = Number.POSITIVE_INFINITY): string {
  const line = [...plain(text.replace(/\s+/g, ' ')).trim()];
  return line.length > width ? `${line.slice(0, Math.max(0, width - 1)).join('')}…` : line.join('');
}

/** Shortens the id of an execution or commit. Commands accept it in this form. */
export function short(id: string): string {
  return id.slice(0, 8);
}

/** `2026-11-21 15:04:05`, in UTC. */
export function moment(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

/** `240 ms`, `3.1 s`, `2 m 05 s`, `1 h 04 m`. */
export function duration(milliseconds: number): string {
  if (Math.round(milliseconds) < 1000) return `${Math.round(milliseconds)} ms`;
  const tenths = Math.round(milliseconds / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} m`;
}

/** Returns the last segment of an ARN: `arn:aws:iam::1:user/ops/jane` gives `jane`. Returns other text unchanged. */
export function lastPart(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.startsWith('arn:') ? arn.lastIndexOf(':') : -1) + 1);
}

/** Rows under a head, each column as wide as its widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => [...(row[column] ?? '')].length)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => `${cell}${' '.repeat((widths[column] ?? 0) - [...cell].length)}`)
      .join('  ')
      .trimEnd(),
  );
}
