/** Shortens a service's reason: without its wrapping, and with the denied permission in front. */
export function plainly(reason: string): string {
  const handler = /Resource handler returned message: "(.*?)" \(RequestToken: [^)]*?\)/s.exec(reason);
  const inner = (handler?.[1] ?? reason)
    .replace(/^Error occurred during operation '(.*)'\.?$/s, '$1')
    .replace(/Workflow Execution ID: '[^']*' failed with reason: /, '')
    .replace(/\s*\((?:Service: [^;,)]*[;,] |RequestToken: )[^)]*\)/g, '');
  return permission(inner) ?? inner.replace(/\s+/g, ' ').trim();
}

/** `User: … is not authorized to perform: A on resource: B because …`, in one sentence. */
function permission(text: string): string | undefined {
  const found =
    /(?:User: )?(\S+) is not authorized to perform: (\S+?)(?: on (?:the )?resource: (\S+))?(?:[\s.,]|$)/.exec(text);
  if (!found) return undefined;
  const [, who = '', action = '', resource] = found;
  return `${nameOf(who)} may not do ${action}${resource ? ` on ${resource}` : ''}`;
}

/** Returns the last segment of an ARN: `user/anna` is anna, `assumed-role/Release/anna` is Release/anna. */
export function nameOf(arn: string): string {
  return arn.replace(/^arn:[^:]*:(?:iam|sts)::\d*:/, '').replace(/^(?:user|assumed-role|role)\//, '');
}

/** Lines around errors that carry no information. */
const NOISE: readonly RegExp[] = [
  /^\[Container\]/,
  /^\s*$/,
  /^\s+at /,
  /^[\s{}^~|=-]*$/,
  /^(START|END|REPORT) RequestId/,
  /^Node\.js v\d/,
  /^npm (ERR!|error) (A complete log|\s*\/|code |path |command |errno |Lifecycle script|workspace|location)/,
  /^(Phase|Step|ExecuteBash|TOE) /,
  /FINISHED EXECUTION|STARTED EXECUTION/,
  // A failed command is known; its reason is in the lines before.
  /^(ErrorMessage: )?exit status \d+\s*$/,
];
const TROUBLE =
  /\b(error|errors|failed|failure|fatal|exception|cannot|can't|unable|denied|refused|not found|not ready|no such|not ok|panic|unbound|invalid|undefined|timed? ?out|killed|out of memory)\b|✖|✗/i;

/** Returns the most informative of a log's last lines: the last with an error, or else the last line. */
export function lineThatMatters(lines: readonly string[]): string | undefined {
  const meaningful = lines.map(withoutPrefix).filter((line) => !NOISE.some((noise) => noise.test(line)));
  return (meaningful.findLast((line) => TROUBLE.test(line)) ?? meaningful.at(-1))?.trim();
}

/** Without the stream's name (Image Builder), and the kernel's or cloud-init's time and program (consoles). */
function withoutPrefix(line: string): string {
  return line
    .replace(/\r$/, '')
    .replace(/^\s*Std(?:out|err): /, '')
    .replace(/^\[\s*\d+\.\d+\] /, '')
    .replace(/^(?:\S+ )?cloud-init\[\d+\]: /, '');
}

/** Returns one line of at most `longest` characters. */
export function oneLine(text: string, longest: number): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1).trimEnd()}…` : line;
}
