import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { type Module, parseSync } from '@swc/core';

export const root = join(__dirname, '../..');

/** One TypeScript file of the project. `path` is relative to the project, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
}

export interface FunctionShape {
  readonly path: string;
  /** Line of the first character, from 1. */
  readonly line: number;
  readonly lines: number;
  readonly parameters: number;
}

/** Every `.ts` file below the given top-level folders. */
export function sourceFiles(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
      .map((entry) => {
        const file = join(entry.parentPath, entry.name);
        const text = readFileSync(file, 'utf8');
        return { path: relative(root, file), text, lines: text.trimEnd().split('\n').length };
      }),
  );
}

/** The project's own files that `file` imports, relative to the project and without extension. */
export function imports(file: SourceFile): string[] {
  const specifiers = [...file.text.matchAll(/(?:from|import|require)\s*\(?\s*'(\.[^']*)'/g)].map(
    (match) => match[1] ?? '',
  );
  return specifiers.map((specifier) => normalize(join(dirname(file.path), specifier)));
}

interface Node {
  readonly type?: string;
  readonly span?: { readonly start: number; readonly end: number };
  readonly [key: string]: unknown;
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'MethodProperty',
  'Constructor',
]);

/** Every function, method and constructor written in `file`, with its length and the number of its parameters. */
export function functionsOf(file: SourceFile): FunctionShape[] {
  const module = parse(file);
  const bytes = Buffer.from(file.text);
  const lineAt = (offset: number) => bytes.subarray(0, offset).toString('utf8').split('\n').length;
  const found: FunctionShape[] = [];
  visit(module as unknown as Node, (node) => {
    if (!node.type || !FUNCTIONS.has(node.type)) return;
    // Methods keep their function in a member of its own.
    const shape = (node['function'] ?? node) as Node;
    const span = node.span ?? shape.span;
    if (!span) return;
    const line = lineAt(span.start - base);
    found.push({
      path: file.path,
      line,
      lines: lineAt(span.end - base) - line + 1,
      parameters: (shape['params'] as unknown[] | undefined)?.length ?? 0,
    });
  });
  return found;
}

/** True if `file` uses the type `any`. */
export function usesAny(file: SourceFile): boolean {
  let found = false;
  visit(parse(file) as unknown as Node, (node) => {
    if (node.type === 'TsKeywordType' && node['kind'] === 'any') found = true;
  });
  return found;
}

/** The parser numbers bytes over all files it has read: where the present one begins. */
let base = 0;

function parse(file: SourceFile): Module {
  // An empty module tells where the parser's numbering has got to.
  base = parseSync('', { syntax: 'typescript' }).span.end + 1;
  const module = parseSync(file.text, { syntax: 'typescript', target: 'es2022' });
  return module;
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === 'object') visit(child as Node, see);
    }
  }
}
