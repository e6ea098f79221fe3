/** A command of a unit: `ExecStart=-/usr/bin/env node`. */
export interface UnitCommand {
  readonly words: readonly string[];
  /** `-`: a failure is none. */
  readonly ignoresFailure: boolean;
  /** `+` or `!`: as root, in spite of `User=`. */
  readonly asRoot: boolean;
  /** `:`: no variables are put in. */
  readonly literal: boolean;
}

export function parseCommand(text: string): UnitCommand {
  const [, marks = '', line = ''] = /^([-@:+!|]*)\s*(.*)$/s.exec(text) as RegExpExecArray;
  const words = splitWords(line);
  return {
    // With `@`, the second word is the program's argv[0]; programs here keep their real name.
    words: marks.includes('@') ? [words[0] ?? '', ...words.slice(2)] : words,
    ignoresFailure: marks.includes('-'),
    asRoot: /[+!]/.test(marks),
    literal: marks.includes(':'),
  };
}

/** Splits words at spaces; quotes hold words together, and a backslash escapes as in C. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  const word = /\s*((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\.|[^\s"'\\])+)/gsy;
  for (let match = word.exec(text); match; match = word.exec(text)) words.push(unquote(match[1] as string));
  return words;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  s: ' ',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

function unquote(text: string): string {
  return text.replace(/\\(x[0-9a-fA-F]{2}|.)|["']/gs, (whole, escaped: string | undefined, at: number) => {
    if (escaped === undefined) return isInside(text, at, whole) ? whole : '';
    if (escaped.length === 3) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return ESCAPES[escaped] ?? escaped;
  });
}

/** True if the quote at `at` stands inside quotes of the other kind. */
function isInside(text: string, at: number, quote: string): boolean {
  let open = '';
  for (let i = 0; i < at; i++) {
    const character = text[i] as string;
    if (character === '\\') i++;
    else if (open === character) open = '';
    else if (open === '' && (character === '"' || character === "'")) open = character;
  }
  return open !== '' && open !== quote;
}

/** `${NAME}` is inserted at any place; `$NAME` as a separate word becomes the words of its value. */
export function putInVariables(words: readonly string[], environment: Readonly<Record<string, string>>): string[] {
  return words.flatMap((word) => {
    const alone = /^\$([A-Za-z_]\w*)$/.exec(word);
    if (alone) return splitWords(environment[alone[1] as string] ?? '');
    return [
      word.replace(/\$\$|\$\{(\w+)\}/g, (whole, name: string | undefined) =>
        name === undefined ? (whole === '$$' ? '$' : whole) : (environment[name] ?? ''),
      ),
    ];
  });
}

/** Parses `NAME=value` words of `Environment=`. */
export function parseAssignments(text: string): Record<string, string> {
  return Object.fromEntries(
    splitWords(text)
      .filter((word) => word.includes('='))
      .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
}

/** An `EnvironmentFile=`: a line each, with or without quotes. */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.replace(/\\\n/g, '').split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match) continue;
    const value = match[2] as string;
    const quoted = /^(["'])(.*)\1$/s.exec(value);
    found[match[1] as string] = quoted ? (quoted[2] as string).replace(/\\(["\\$`])/g, '$1') : value;
  }
  return found;
}

const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3600_000,
  hr: 3600_000,
  hour: 3600_000,
  hours: 3600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** `5`, `100ms`, `1min 30s`, `infinity`, in milliseconds. Throws a `RangeError` on anything else. */
export function timeSpanMilliseconds(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  const parts = [...text.matchAll(/\s*(\d+(?:\.\d+)?)\s*([a-z]*)/gy)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text)
    throw new RangeError(`not a time span: ${text}`);
  return parts.reduce((sum, [, number, unit]) => {
    const factor = UNITS[unit || 's'];
    if (factor === undefined) throw new RangeError(`not a time span: ${text}`);
    return sum + Number(number) * factor;
  }, 0);
}

/** As systemd reads them: `yes`, `true`, `on`, `1`. */
export function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(1|yes|y|true|t|on)$/i.test(text);
}
