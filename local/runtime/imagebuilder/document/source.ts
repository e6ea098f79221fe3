import { type Document, isAlias, isNode, isScalar, LineCounter, parseDocument as parseYaml } from 'yaml';
import { UserMistake } from '../../../kernel/failure';
import type { Json } from './document';

export type Path = readonly (string | number)[];

/** A YAML text as plain data with the position of each value. */
export class DocumentSource {
  readonly value: Json;

  private constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {
    this.value = document.toJS() as Json;
  }

  /** Throws a `UserMistake` with the position of a syntax error. */
  static read(text: string): DocumentSource {
    const lines = new LineCounter();
    const document = parseYaml(text, { lineCounter: lines, logLevel: 'error' });
    const [error] = document.errors;
    if (error)
      throw new UserMistake(
        place(lines, error.pos[0]),
        error.message.split('\n')[0]?.replace(/( at line \d+, column \d+)?:?$/, '') ?? '',
      );
    return new DocumentSource(document, lines);
  }

  /** Returns a mistake at `path`, or at its nearest parent in the text. */
  mistake(path: Path, what: string, remedy?: string): UserMistake {
    for (let length = path.length; length > 0; length--) {
      const node = this.document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return new UserMistake(place(this.lines, node.range[0]), what, remedy);
    }
    return new UserMistake(place(this.lines, 0), what, remedy);
  }

  /**
   * Returns a scalar in its written form: `0755` and `012345678901` keep their leading zero. Undefined for lists and
   * maps.
   */
  text(path: Path): string | undefined {
    let node = this.document.getIn(path, true);
    if (isAlias(node)) node = node.resolve(this.document);
    if (!isScalar(node) || node.value === null) return undefined;
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }
}

function place(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}
