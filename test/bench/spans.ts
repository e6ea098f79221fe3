/** A stretch of time with a name, in milliseconds since 1970. */
export interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface LogLine {
  readonly stream: string;
  readonly message: string;
  readonly at: number;
}

/** When functions were at work: what `REPORT` says they took, from `START`, with the start of their process before it. */
export function timesOf(lines: readonly LogLine[]): Span[] {
  const starts = new Map(lines.flatMap(({ message, at }) => (message.startsWith('START') ? [[id(message), at]] : [])));
  return lines.flatMap(({ message }) => {
    const start = message.startsWith('REPORT') ? starts.get(id(message)) : undefined;
    if (start === undefined) return [];
    const init = Number(/Init Duration: ([\d.]+) ms/.exec(message)?.[1] ?? 0);
    const work = Number(/\tDuration: ([\d.]+) ms/.exec(message)?.[1] ?? 0);
    return [{ name: 'function', from: start - init, to: start + work }];
  });
}

function id(message: string): string {
  return /RequestId: (\S+)/.exec(message)?.[1] ?? '';
}

/** The commands of component documents. A step of any other action (a download) is Image Builder's own work. */
export function stepsOf(lines: readonly LogLine[]): Span[] {
  const begun = new Map<string, number>();
  return lines.flatMap(({ message, at }) => {
    const [, place = '', rest = ''] = /^(Phase \S+, step [^ :]+)(.*)/.exec(message) ?? [];
    if (/^ \((ExecuteBash|ExecuteBinary)\), attempt/.test(rest)) begun.set(place, begun.get(place) ?? at);
    const from = rest.startsWith(':') ? begun.get(place) : undefined;
    return from === undefined ? [] : [{ name: place.replace(/^Phase (\S+), step /, '$1 / '), from, to: at }];
  });
}

/** From when an instance's init has started the application until the application says that it listens. */
export function serviceStarts(lines: readonly LogLine[]): Span[] {
  return lines.flatMap(({ message, at, stream }) => {
    if (!/Started app\.service/.test(message)) return [];
    const listens = lines.find(
      (line) => line.stream === stream && line.at >= at && / listens on port /.test(line.message),
    );
    return listens ? [{ name: 'start of the service', from: at, to: listens.at }] : [];
  });
}

/** Returns the time within a range that is covered by at least one of the spans. */
export function covered(spans: readonly Span[], { from, to }: { from: number; to: number }): number {
  let total = 0;
  let until = from;
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const begin = Math.max(span.from, until);
    const end = Math.min(span.to, to);
    if (end <= begin) continue;
    total += end - begin;
    until = end;
  }
  return total;
}
