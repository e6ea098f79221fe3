import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { UserMistake } from '../../kernel/failure';

/** A value of a document with its position, so that mistakes are reported as `file:line:column`. */
export class Located {
  constructor(
    private readonly at: {
      readonly value: Node | null | undefined;
      /** Node that gives the place, if it is not the value: its key. */
      readonly sign?: Node;
    },
    private readonly document: { file: string; lines: LineCounter; resolve(node: Node): Node | undefined },
    /** The keys that lead here: `phases.build`. */
    readonly path: string,
  ) {}

  /** True for a key without value, or `null`. */
  get empty(): boolean {
    const node = this.resolved;
    return !node || (isScalar(node) && node.value === null);
  }

  get line(): number {
    return this.document.lines.linePos((this.at.sign ?? this.at.value)?.range?.[0] ?? 0).line;
  }

  /** The values of a map, by key. */
  map(): Map<string, Located> {
    if (this.empty) return new Map();
    const node = this.resolved;
    if (!isMap(node)) throw this.mistake('must be a map of keys and values');
    return new Map(
      node.items.map((pair) => {
        const key = String(isScalar(pair.key) ? (pair.key.source ?? pair.key.value) : pair.key);
        const path = this.path ? `${this.path}.${key}` : key;
        return [key, new Located({ value: pair.value as Node | null, sign: pair.key as Node }, this.document, path)];
      }),
    );
  }

  /** The values of a list. */
  list(): Located[] {
    if (this.empty) return [];
    const node = this.resolved;
    if (!isSeq(node)) throw this.mistake('must be a list');
    return node.items.map(
      (item, index) => new Located({ value: item as Node }, this.document, `${this.path}[${index}]`),
    );
  }

  /** A scalar in its written form, so that 1.10 stays 1.10. */
  text(): string {
    const node = this.resolved;
    if (!isScalar(node)) throw this.mistake('must be a text');
    if (typeof node.value === 'string') return node.value;
    return node.source ?? String(node.value ?? '');
  }

  /** Returns the values of a list, or a list of a single value, which CodeBuild accepts too. */
  oneOrMore(): Located[] {
    return this.empty || isSeq(this.resolved) || isMap(this.resolved) ? this.list() : [this];
  }

  /** As `oneOrMore`, with texts. */
  texts(): string[] {
    return this.oneOrMore().map((item) => item.text());
  }

  /** `yes`, `true` and `on`, as YAML 1.1 has them. */
  flag(): boolean {
    return /^(yes|true|on)$/i.test(this.text());
  }

  get isMap(): boolean {
    return isMap(this.resolved);
  }

  mistake(what: string, remedy?: string): UserMistake {
    const { line, col } = this.document.lines.linePos((this.at.sign ?? this.at.value)?.range?.[0] ?? 0);
    return new UserMistake(`${this.document.file}:${line}:${col}`, `${this.path || 'the document'} ${what}`, remedy);
  }

  private get resolved(): Node | null | undefined {
    return isAlias(this.at.value) ? this.document.resolve(this.at.value) : this.at.value;
  }
}

/** Reads a YAML document. Throws a located `UserMistake` if it is no YAML. */
export function readYaml(text: string, file: string): Located {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new UserMistake(`${file}:${line}:${col}`, error.message);
  }
  const resolve = (node: Node) => (isAlias(node) ? node.resolve(document) : node);
  return new Located({ value: document.contents }, { file, lines, resolve }, '');
}
