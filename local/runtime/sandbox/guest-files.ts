import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Directory of the runtime's own programs inside, and that of the machine's sockets. */
export const GUEST_PROGRAMS = '/run/guest';
export const GUEST_SOCKETS = '/run/host';

/** Files of the runtime that every machine has inside. */
export interface GuestFiles {
  /** The bundled programs, shown at `/run/guest`. */
  readonly programs: string;
  /** The nearest layer of all: the commands that a machine on AWS would have. */
  readonly layer: string;
}

/** Commands by path inside, and the program that answers them. */
const COMMANDS: Readonly<Record<string, string>> = {
  'usr/bin/systemctl': 'systemctl',
  'usr/bin/journalctl': 'journalctl',
  'usr/sbin/reboot': 'power',
  'usr/sbin/shutdown': 'power',
  'usr/sbin/poweroff': 'power',
  'usr/sbin/halt': 'power',
  'opt/aws/bin/cfn-signal': 'cfn-signal',
};

const OWN_PROGRAMS = ['init', 'systemctl', 'journalctl', 'power', 'cfn-signal'];

export interface GuestFilesOptions {
  readonly directory: string;
  readonly singleUid: boolean;
  /** Further programs: name, entry file. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Prefix of this machine's Node.js if `/usr` does not contain it, see `outsideNode`. */
  readonly node?: string;
}

/** Bundles the guest programs and lays out their commands, once for each content. */
export async function prepareGuestFiles(options: GuestFilesOptions): Promise<GuestFiles> {
  const bundles = await bundle(options.programs ?? {});
  const commands = new Map(Object.entries(COMMANDS).map(([path, program]) => [path, launcher(program, path)]));
  if (options.singleUid) for (const name of ['chown', 'chgrp']) commands.set(`usr/local/bin/${name}`, lenient(name));
  const links = options.node ? nodeLinks(options.node) : new Map<string, string>();
  const key = createHash('sha256').update(JSON.stringify([[...bundles], [...commands], [...links]]));
  const root = join(options.directory, `guest-${key.digest('hex').slice(0, 16)}`);
  const files = { programs: join(root, 'programs'), layer: join(root, 'layer') };
  if (fs.existsSync(root)) return files;
  const unfinished = `${root}.unfinished`;
  fs.rmSync(unfinished, { recursive: true, force: true });
  for (const [name, text] of bundles) writeFile(join(unfinished, 'programs', `${name}.js`), text, 0o644);
  // Mount points for this machine's Node.js: the file, and its tree if it is outside of /usr.
  writeFile(join(unfinished, 'programs', 'node'), '', 0o755);
  makeDirectory(join(unfinished, 'programs', 'nodejs'));
  for (const [path, text] of commands) writeFile(join(unfinished, 'layer', path), text, 0o755);
  for (const [path, target] of links) {
    makeDirectory(join(unfinished, 'layer', path, '..'));
    fs.symlinkSync(target, join(unfinished, 'layer', path));
  }
  fs.renameSync(unfinished, root);
  return files;
}

/**
 * Returns the prefix of this process's Node.js (`/home/me/.nvm/versions/node/v22.1.0`) if a machine would not see it
 * through `/usr` or `/opt`; else undefined.
 */
export function outsideNode(execPath = fs.realpathSync(process.execPath)): string | undefined {
  return /^\/(usr|opt|bin)\//.test(execPath) ? undefined : join(execPath, '..', '..');
}

async function bundle(further: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const own = Object.fromEntries(OWN_PROGRAMS.map((name) => [name, join(__dirname, 'guest', `${name}.ts`)]));
  const programs = { ...own, ...further };
  const result = await build({
    entryPoints: programs,
    plugins: [leaveOut(new Map(Object.entries(programs).map(([name, file]) => [file, name])))],
    outdir: '/',
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifySyntax: true,
    // ES modules, from which unused parts are dropped: every start of a program reads its complete bundle.
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  return new Map(result.outputFiles.map((file) => [file.path.replace(/^\/|\.js$/g, ''), file.text]));
}

/** Leaves programs out of the bundle of a program that requires them. They are read when they are needed. */
function leaveOut(programs: ReadonlyMap<string, string>): Plugin {
  // The bundler asks for few paths so: asking costs more than bundling.
  const filter = new RegExp(`^\\..*/(${[...programs.keys()].map((file) => basename(file, '.ts')).join('|')})$`);
  return {
    name: 'programs of their own',
    setup: ({ onResolve }) =>
      onResolve({ filter }, ({ kind, path, resolveDir }) => {
        const program = kind === 'require-call' ? programs.get(`${join(resolveDir, path)}.ts`) : undefined;
        return program === undefined ? undefined : { path: `./${program}.js`, external: true };
      }),
  };
}

function launcher(program: string, path: string): string {
  return `#!/bin/sh\nexec ${GUEST_PROGRAMS}/node ${GUEST_PROGRAMS}/${program}.js ${path.split('/').pop()} "$@"\n`;
}

/** With one user id, giving a file to another user is impossible: this is reported, and the script continues. */
function lenient(name: string): string {
  return `#!/bin/sh
said=$(/usr/bin/${name} "$@" 2>&1) && exit 0
code=$?
if [ -n "$(printf '%s\\n' "$said" | grep -v 'Invalid argument$')" ]; then printf '%s\\n' "$said" >&2; exit $code; fi
echo "${name}: not done, this machine has a single user id: $*" >&2
`;
}

function nodeLinks(prefix: string): Map<string, string> {
  const names = fs.readdirSync(join(prefix, 'bin')).filter((name) => ['node', 'npm', 'npx', 'corepack'].includes(name));
  return new Map(names.map((name) => [`usr/local/bin/${name}`, `${GUEST_PROGRAMS}/nodejs/bin/${name}`]));
}

function writeFile(path: string, text: string, mode: number): void {
  makeDirectory(join(path, '..'));
  fs.writeFileSync(path, text);
  fs.chmodSync(path, mode);
}

/** As `mkdir -p`, readable by all at any umask: users inside read it too. */
function makeDirectory(path: string): void {
  const made = fs.mkdirSync(path, { recursive: true });
  for (let at = path; made && at.length >= made.length; at = join(at, '..')) fs.chmodSync(at, 0o755);
}
