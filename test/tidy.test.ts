import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { functionsOf, imports, root, type SourceFile, sourceFiles, usesAny } from './rig/source';

const product = sourceFiles('bin', 'cli', 'infra', 'lambdas', 'app-src/src', 'local', 'console');
const tests = sourceFiles('test', 'app-src/test');
const everything = [...product, ...tests];
const local = product.filter(({ path }) => path.startsWith('local/'));
const consoleFiles = product.filter(({ path }) => path.startsWith('console/'));

/** Programs of their own, run by another process or inside a machine: they have that machine's clock and console. */
const OWN_PROGRAMS = /\/(guest|toe|bootstrap)\//;

/**
 * `local/runtime/s3/…` is the room `runtime/s3`, and each file of `local/composition/` is a room. Every other folder below
 * `local/` is a room by its own name.
 */
function roomOf(path: string): string {
  const [, first = '', second = '', ...rest] = path.split('/');
  if (second === '') return first.replace(/\.ts$/, '');
  if (first === 'composition') return second.replace(/\.ts$/, '');
  return first === 'runtime' && rest.length > 0 ? `runtime/${second}` : first;
}

/**
 * Rooms that each room may import, besides itself. The engine's contract is the one file of it that providers may know.
 */
const MAY_IMPORT: Record<string, (target: string, targetPath: string) => boolean> = {
  kernel: () => false,
  assembly: (target) => target === 'kernel',
  template: (target) => target === 'kernel',
  runtime: (target) => target === 'kernel',
  engine: (target) => ['kernel', 'template'].includes(target),
  providers: (target, path) => target === 'kernel' || target.startsWith('runtime/') || path === 'local/engine/provider',
  endpoint: (target) => ['kernel', 'engine'].includes(target) || target.startsWith('runtime/'),
  terminal: (target) => target === 'kernel',
  commands: among('assembly', 'child-environment', 'compose', 'kernel', 'runtime/sandbox', 'status-report', 'terminal'),
  'action-runners': among('kernel', 'runtime'),
  'child-environment': among('kernel'),
  'event-targets': among('kernel', 'runtime'),
  rooms: among('action-runners', 'engine', 'event-targets', 'kernel', 'providers', 'runtime'),
  scopes: among('child-environment', 'kernel', 'rooms', 'runtime'),
  'status-report': among('rooms', 'runtime', 'scopes'),
  compose: among('endpoint', 'kernel', 'providers', 'rooms', 'scopes', 'status-report'),
  coverage: among('endpoint', 'engine', 'kernel', 'providers', 'runtime', 'scopes'),
  main: among('commands', 'kernel'),
};

/** Permits these rooms; `runtime` stands for every service. */
function among(...rooms: string[]): (target: string) => boolean {
  return (target) => rooms.includes(target) || (rooms.includes('runtime') && target.startsWith('runtime/'));
}

const DOCUMENTS = ['.', 'docs', 'local', 'local/engine'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

/** Returns the files and folders that a document links to or names, relative to the root of the repository. */
function pathsNamedIn(document: string): string[] {
  const text = readFileSync(join(root, document), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => join(dirname(document), link));
  const top = 'bin|infra|lambdas|app-src|buildspecs|test|local|console|cli|docs';
  const named = [...text.matchAll(new RegExp(`\`((?:${top})/[\\w./-]*[\\w/])\``, 'g'))].map(([, path = '']) => path);
  return [...links, ...named];
}

const isKit = (path: string) => path.startsWith('cli/');

const paths = (files: readonly SourceFile[]) => files.map(({ path }) => path);
const matching = (files: readonly SourceFile[], pattern: RegExp) =>
  paths(files.filter(({ text }) => pattern.test(text)));

describe('house rules', () => {
  test('files have at most 300 lines', () => {
    expect(everything.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  test('functions have at most 70 lines and 3 positional parameters', () => {
    const shapes = product.flatMap(functionsOf);
    expect(shapes.length).toBeGreaterThan(500);
    const large = shapes.filter(({ lines, parameters }) => lines > 70 || parameters > 3);
    expect(
      large.map(({ path, line, lines, parameters }) => `${path}:${line}: ${lines} lines, ${parameters} parameters`),
    ).toEqual([]);
  });

  test('no type is any', () => {
    expect(paths(everything.filter(usesAny))).toEqual([]);
  });

  test('only the terminal and the main programs print', () => {
    const silent = [...local, ...consoleFiles].filter(
      ({ path }) => !/^(local\/terminal\/|console\/main\.ts)/.test(path) && !OWN_PROGRAMS.test(path),
    );
    expect(
      matching([...silent, ...product.filter(({ path }) => path.startsWith('infra/'))], /\bconsole\.\w+\(/),
    ).toEqual([]);
  });

  test('time and randomness come only from the kernel and the clock of the commands', () => {
    const outside = [...local, ...consoleFiles].filter(
      ({ path }) => !path.startsWith('local/kernel/') && path !== 'console/clock.ts' && !OWN_PROGRAMS.test(path),
    );
    const impure =
      /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|set(Timeout|Interval)\(|random(UUID|Bytes)\b)/;
    expect(matching(outside, impure)).toEqual([]);
  });

  test('templates and stack operations touch no disk, network or process', () => {
    const pure = local.filter(({ path }) => /^local\/(template|engine)\//.test(path));
    expect(matching(pure, /'node:(fs|net|http|https|child_process|os|worker_threads)/)).toEqual([]);
  });

  test('rooms import only the rooms that they may', () => {
    const wrong = local.flatMap((file) => {
      const room = roomOf(file.path);
      const allowed = MAY_IMPORT[room.split('/')[0] ?? ''];
      if (!allowed) return [];
      return imports(file)
        .filter((target) => target.startsWith('local/') && roomOf(`${target}.ts`) !== room)
        .filter((target) => !allowed(roomOf(`${target}.ts`), target))
        .map((target) => `${file.path} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test('infra and local share no code except the command-line kit', () => {
    const isLocal = (path: string) => path.startsWith('local/');
    const rooms = product.filter(({ path }) => !path.startsWith('bin/'));
    const wrong = rooms.flatMap((file) =>
      imports(file)
        .filter((target) => isLocal(file.path) !== isLocal(target) && !target.startsWith('cli/'))
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('console imports only the search for causes and the health of fleets, and only bin imports console', () => {
    const known = /^(console\/|cli\/|lambdas\/explain-failure\/|lambdas\/fleet-(health|group|stack)$)/;
    const rooms = product.filter(({ path }) => !path.startsWith('bin/'));
    const wrong = rooms.flatMap((file) =>
      imports(file)
        .filter((target) => (file.path.startsWith('console/') ? !known.test(target) : target.startsWith('console/')))
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(consoleFiles.length).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
  });

  test('the command-line kit imports no other room, and only commands and the terminal of local import it', () => {
    const kit = product.filter(({ path }) => path.startsWith('cli/'));
    const users = /^local\/(main\.ts|commands\/|terminal\/)/;
    const wrong = [
      ...kit.flatMap((file) => imports(file).filter((target) => !target.startsWith('cli/'))),
      ...local.filter((file) => !users.test(file.path)).flatMap((file) => imports(file).filter(isKit)),
    ];
    expect(kit.length).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
  });

  test('every path that a document names exists', () => {
    const named = DOCUMENTS.flatMap((document) => pathsNamedIn(document).map((path) => ({ document, path })));
    expect(named.length).toBeGreaterThan(50);
    const missing = named.filter(({ path }) => !existsSync(join(root, path)));
    expect(missing.map(({ document, path }) => `${document} names ${path}`)).toEqual([]);
  });

  test('docs/aws-facts.md defines exactly the cited facts', () => {
    const id = /\b[A-HJ]\d{1,2}\b/g;
    const facts = 'docs/aws-facts.md';
    const documents = DOCUMENTS.filter((document) => document !== facts).map((path) =>
      readFileSync(join(root, path), 'utf8'),
    );
    const cases = readdirSync(join(root, 'test/cases'), { recursive: true, encoding: 'utf8' });
    const buildspecs = cases
      .filter((path) => path.endsWith('buildspec.yml'))
      .map((path) => readFileSync(join(root, 'test/cases', path), 'utf8'));
    const cited = [
      ...everything.map(({ text }) => text),
      ...documents,
      ...buildspecs,
      ...cases.map((path) => basename(path)),
    ].flatMap((text) => text.match(id) ?? []);
    const defined = [...readFileSync(join(root, facts), 'utf8').matchAll(/^\| ([A-HJ]\d+) \|/gm)].map(([, one]) => one);
    expect([...new Set(cited)].sort()).toEqual(defined.sort());
  });

  test('imports have no cycles', () => {
    expect(cycles(product)).toEqual([]);
  });

  test('no file is a drawer for everything, or a barrel', () => {
    const drawers = /^(utils?|core|common|helpers?|misc|shared)$/;
    const names = product.filter(
      ({ path }) => drawers.test(basename(path, '.ts')) || path.split('/').some((part) => drawers.test(part)),
    );
    const barrels = product.filter(({ path }) => basename(path) === 'index.ts' && path !== 'local/providers/index.ts');
    expect(paths([...names, ...barrels])).toEqual([]);
  });

  test('only one module looks into directories that a guest has changed', () => {
    const looks = /\b(readdir|realpath|readlink|lstat|stat|open|copyFile|cp|createReadStream|opendir)(Sync)?\b/;
    const ofGuests = local.filter(({ path }) => /^local\/runtime\/(codebuild|ec2|imagebuilder|lambda)\//.test(path));
    // `code.ts` lists the directory of all functions' code, which no function can change.
    const outside = ofGuests.filter(({ path }) => !/\/(guest|toe)\/|lambda\/code\.ts$/.test(path));
    const imported = outside.filter(({ text }) => looks.test(/import \{([^}]*)\} from 'node:fs/.exec(text)?.[1] ?? ''));
    expect(outside.length).toBeGreaterThan(50);
    expect(paths(imported)).toEqual([]);
  });

  test('every provider has a test of its own', () => {
    const providers = local.filter(({ text }) => /\): Provider(<|\b)/.test(text) && /type: 'AWS::/.test(text));
    expect(providers.length).toBeGreaterThan(20);
    const untested = providers.filter(({ path }) => !existsSync(join(root, 'test', path.replace(/\.ts$/, '.test.ts'))));
    expect(paths(untested)).toEqual([]);
  });

  test('doc comments begin with a verb or a noun', () => {
    const begins = /\/\*\*\s*(?:\*\s*)?(?:What|Where|Whether|Who|Whose|How|That|Of|So|Nothing|Nobody)\b/;
    expect(matching(everything, begins)).toEqual([]);
  });

  test('test titles name their subject first, and a fact id last', () => {
    const begins = /\b(?:test|it|describe)(?:\.each\([^)]*\))?\(\s*['"`][A-HJ]\d{1,2}\b/;
    expect(matching(tests, begins)).toEqual([]);
  });

  test('no test is skipped, and none runs alone', () => {
    expect(
      matching(
        tests,
        new RegExp(String.raw`\b(?:it|test|describe)\.(?:${['skip', 'only'].join('|')})\(|\bx(?:it|describe)\(`),
      ),
    ).toEqual([]);
  });

  test('tests do not sleep', () => {
    // A soak is no test: it acts at random moments. `until` looks again after a pause.
    const unhurried = tests.filter(({ path }) => !path.startsWith('test/soak/') && path !== 'test/rig/until.ts');
    expect(matching(unhurried, /\bsetTimeout\(\s*(resolve|done|r)\b|from 'node:timers\/promises'/)).toEqual([]);
  });

  test('the lock files name no host', () => {
    for (const file of ['package-lock.json', 'app-src/package-lock.json']) {
      expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/"resolved": "http/);
    }
  });
});

/** Each circle of imports once, as a path back to its beginning. */
function cycles(files: readonly SourceFile[]): string[] {
  const known = new Map(files.map((file) => [file.path.replace(/\.ts$/, ''), file]));
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const file = known.get(path);
    if (!file || state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const target of imports(file)) walk(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of known.keys()) walk(path, []);
  return found;
}
