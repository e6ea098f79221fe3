/** A commit, as `GetCommit` shows it. */
export interface Commit {
  readonly commitId: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  /** The committed message, including its final newline. */
  readonly message: string;
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** `2017-01-11T18:23:18Z`. */
  readonly date: string;
  /** As git and `GetCommit` write it: seconds since 1970 and the author's own offset, `1484167798 -0800`. */
  readonly gitDate: string;
}

/** Reads a commit object as `git cat-file commit` prints it. */
export function parseCommit(commitId: string, object: Buffer): Commit {
  const end = object.indexOf('\n\n');
  const headers = headersOf(object.subarray(0, end).toString('latin1'));
  const encoding = headers.get('encoding')?.[0];
  const decode = (bytes: Buffer) => decoderFor(encoding).decode(bytes);
  const signature = (name: string) => parseSignature(decode(Buffer.from(headers.get(name)?.[0] ?? '', 'latin1')));
  return {
    commitId,
    tree: headers.get('tree')?.[0] ?? '',
    parents: headers.get('parent') ?? [],
    author: signature('author'),
    committer: signature('committer'),
    message: decode(object.subarray(end + 2)),
  };
}

/** A header continues on lines that begin with a space (signatures, merged tags). */
function headersOf(text: string): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space < 1) continue;
    const name = line.slice(0, space);
    headers.set(name, [...(headers.get(name) ?? []), line.slice(space + 1)]);
  }
  return headers;
}

function decoderFor(encoding = 'utf-8'): { decode(bytes: Uint8Array): string } {
  try {
    return new TextDecoder(encoding, { ignoreBOM: true });
  } catch {
    // An unknown encoding is decoded as UTF-8, as far as possible.
    return new TextDecoder('utf-8', { ignoreBOM: true });
  }
}

function parseSignature(text: string): Signature {
  const match = /^(.*?) ?<([^>]*)> ?(.*)$/s.exec(text);
  const gitDate = match?.[3] ?? '';
  return { name: match?.[1] ?? text, email: match?.[2] ?? '', date: isoDate(gitDate), gitDate };
}

/** Commits may have any date; an invalid one is shown as 1970. */
function isoDate(gitDate: string): string {
  const milliseconds = Number.parseInt(gitDate, 10) * 1000;
  const date = new Date(Math.abs(milliseconds) <= 8.64e15 ? milliseconds : 0);
  return date.toISOString().replace('.000Z', 'Z');
}
