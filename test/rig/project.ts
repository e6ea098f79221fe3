import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './source';

/** Git without the configuration of this machine, and with a fixed author. */
const GIT_ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'A Developer',
  GIT_AUTHOR_EMAIL: 'developer@example.com',
  GIT_COMMITTER_NAME: 'A Developer',
  GIT_COMMITTER_EMAIL: 'developer@example.com',
};

const SYNTHESIZE = 'node --require tsx/cjs infra/app.ts';

/** Stores the synthesized output in the build's cache, keyed by all its inputs. */
const SYNTH_ONCE = `set -euo pipefail
of=$({
  find infra lambdas buildspecs cdk.json package-lock.json -type f -print0 | sort -z | xargs -0 sha256sum
  env | grep -E '^(CDK|DEPLOYED|AWS_REGION)' | sort
} | sha256sum | cut -c1-64)
kept=build-cache/synthesized/$of
if [ ! -d "$kept" ]; then
  ${SYNTHESIZE}
  mkdir -p build-cache/synthesized
  cp -r cdk.out "$kept"
fi
cp -r "$kept/." cdk.out
`;

/**
 * Files that no build reads. They are not committed, so that each build's source is unpacked in a fraction of the time.
 */
const LINKED = ['node_modules', 'local', 'test'];

/** A clone of this project in a temporary directory, as a user has one, with the work tree's state committed. */
export class Project {
  readonly directory: string;
  /** Contents of broken files before they were broken. */
  private readonly sound = new Map<string, string>();

  /**
   * `quickBuilds`: builds run no tests of the application, and reuse earlier synthesized output. Other scenarios run
   * complete builds. `linked`: top-level folders that are linked and not committed.
   */
  constructor({ quickBuilds = false, linked = LINKED } = {}) {
    this.directory = mkdtempSync(join(tmpdir(), 'scenario-'));
    const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
      .split('\0')
      .filter((file) => file && !linked.includes(file.split('/')[0] ?? ''));
    for (const file of files) {
      mkdirSync(dirname(join(this.directory, file)), { recursive: true });
      // A deleted file that is not committed yet is listed too.
      cpSync(join(root, file), join(this.directory, file), { force: true, recursive: false, errorOnExist: false });
    }
    for (const name of linked) symlinkSync(join(root, name), join(this.directory, name));
    writeFileSync(
      join(this.directory, '.git-exclude'),
      [...linked, '.git-exclude'].map((name) => `/${name}\n`).join(''),
    );
    if (quickBuilds) {
      this.edit('buildspecs/compile.yml', (text) => text.replace('      - npm test\n', ''));
      this.edit('buildspecs/synth.yml', (text) => text.replace(SYNTHESIZE, 'bash buildspecs/synth-once.sh'));
      writeFileSync(join(this.directory, 'buildspecs/synth-once.sh'), SYNTH_ONCE);
    }
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'core.excludesFile', join(this.directory, '.git-exclude'));
    this.commit('The first commit');
  }

  git(...args: string[]): string {
    return execFileSync('git', args, {
      cwd: this.directory,
      encoding: 'utf8',
      env: GIT_ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  read(file: string): string {
    return readFileSync(join(this.directory, file), 'utf8');
  }

  /** Replaces text in a file; a missing text is a mistake of the test. */
  edit(file: string, replace: (text: string) => string): void {
    const before = this.read(file);
    const after = replace(before);
    if (after === before) throw new Error(`nothing to replace in ${file}`);
    writeFileSync(join(this.directory, file), after);
  }

  /** As `edit`, until `repair`. */
  break(file: string, replace: (text: string) => string): void {
    if (!this.sound.has(file)) this.sound.set(file, this.read(file));
    this.edit(file, replace);
  }

  /** As `break`: the service runs the statement in one environment, and not in the bake, before it serves. */
  breakIn(environment: string, statement: string): void {
    const before = 'const application =';
    this.break('app-src/src/server.ts', (text) =>
      text.replace(before, `if (identity.environment === '${environment}') ${statement};\n  ${before}`),
    );
  }

  /** Restores everything that was broken. */
  repair(): void {
    for (const [file, text] of this.sound) writeFileSync(join(this.directory, file), text);
    this.sound.clear();
  }

  /** Commits everything. The message goes through a file, so that it may have any size and content. */
  commit(message: string): string {
    const file = join(this.directory, '.git', 'MESSAGE');
    writeFileSync(file, message);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--allow-empty-message', '--cleanup=verbatim', '--file', file);
    return this.git('rev-parse', 'HEAD');
  }

  push(url: string): void {
    this.git('push', '--quiet', url, 'HEAD:main');
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
