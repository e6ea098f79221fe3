import { type Located, readYaml } from './located-yaml';
import { type OnFailure, parseOnFailure } from './on-failure';

/** A buildspec 0.2, checked and with its defaults (B2–B8, B12). */
export interface Buildspec {
  readonly runAs?: string;
  readonly env: {
    readonly shell: 'sh' | 'bash';
    readonly variables: Readonly<Record<string, string>>;
    /** Names of SSM parameters, by variable. */
    readonly parameterStore: Readonly<Record<string, string>>;
    readonly exportedVariables: readonly string[];
  };
  readonly phases: Readonly<Partial<Record<BuildspecPhase, PhaseSpec>>>;
  /** Versions asked for, by runtime: `{ nodejs: '22' }`. */
  readonly runtimeVersions: Readonly<Record<string, string>>;
  readonly artifacts?: ArtifactSpec & { readonly secondary: Readonly<Record<string, ArtifactSpec>> };
  /** Names of report groups. */
  readonly reports: readonly string[];
  readonly cachePaths: readonly string[];
}

const BUILDSPEC_PHASES = ['install', 'pre_build', 'build', 'post_build'] as const;

export type BuildspecPhase = (typeof BUILDSPEC_PHASES)[number];

export interface PhaseSpec {
  readonly runAs?: string;
  readonly onFailure: OnFailure;
  readonly commands: readonly string[];
  readonly finally: readonly string[];
}

/** Which files go into an artifact. Patterns are relative to `baseDirectory`. */
export interface ArtifactSpec {
  readonly files: readonly string[];
  readonly excludePaths: readonly string[];
  readonly baseDirectory?: string;
  readonly discardPaths: boolean;
  readonly enableSymlinks: boolean;
}

type Fields = Map<string, Located>;

/** Why a key that CodeBuild knows is refused here. */
const REFUSED: Readonly<Record<string, string>> = {
  batch: 'batch builds are not supported by the local runtime',
  proxy: 'an explicit proxy is not supported by the local runtime',
  'env.secrets-manager': 'AWS Secrets Manager is not supported by the local runtime',
  'env.git-credential-helper': 'the CodeCommit credential helper is not supported by the local runtime',
};

/** Reads a buildspec. Throws a `UserMistake` with the place of an error or of an unsupported part. */
export function parseBuildspec(text: string, file: string): Buildspec {
  const document = readYaml(text, file);
  if (!document.isMap) throw document.mistake('is not a buildspec', 'it begins with `version: 0.2`');
  const fields = known(document, ['version', 'run-as', 'env', 'phases', 'artifacts', 'reports', 'cache']);
  requireVersion(document, fields.get('version'));
  const phases = fields.get('phases');
  if (!phases || phases.empty) throw document.mistake('has no phases', 'add at least one of them');
  const runAs = fields.get('run-as')?.text();
  return {
    ...(runAs !== undefined && { runAs }),
    env: parseEnv(fields.get('env')),
    phases: parsePhases(phases),
    runtimeVersions: parseRuntimeVersions(phases),
    ...(fields.has('artifacts') && { artifacts: parseArtifacts(fields.get('artifacts')!) }),
    reports: [...(fields.get('reports')?.map().keys() ?? [])],
    cachePaths: parseCache(fields.get('cache')),
  };
}

/** The fields of a map that has no others than `names`. */
function known(map: Located, names: readonly string[]): Fields {
  const fields = map.map();
  for (const [name, value] of fields) {
    const reason = REFUSED[value.path];
    const off = value.path === 'env.git-credential-helper' && !value.flag();
    if (reason && !off) throw value.mistake(`cannot be honoured: ${reason}`);
    if (!reason && !names.includes(name)) {
      throw value.mistake('is not known', `there are ${names.join(', ')}`);
    }
  }
  return fields;
}

/** B2: in 0.1 each command has its own shell, so that `cd` and variables do not last. */
function requireVersion(document: Located, version: Located | undefined): void {
  if (!version) throw document.mistake('has no version', 'write `version: 0.2` at its top');
  if (version.text() === '0.1') {
    const reason = '0.1 runs every command in its own shell, which the local runtime does not support';
    throw version.mistake(`is 0.1: ${reason}`, 'write `version: 0.2`, in which the directory and variables persist');
  }
  if (version.text() !== '0.2') throw version.mistake(`is ${version.text()}`, 'write `version: 0.2`');
}

function parseEnv(env: Located | undefined): Buildspec['env'] {
  const names = [
    'shell',
    'variables',
    'parameter-store',
    'exported-variables',
    'secrets-manager',
    'git-credential-helper',
  ];
  const fields: Fields = env ? known(env, names) : new Map();
  return {
    shell: parseShell(fields.get('shell')),
    variables: parseVariables(fields.get('variables')),
    parameterStore: parseVariables(fields.get('parameter-store')),
    exportedVariables: fields.get('exported-variables')?.list().map(variableName) ?? [],
  };
}

function parseShell(shell: Located | undefined): 'sh' | 'bash' {
  const name = shell?.text() ?? '/bin/sh';
  if (name === 'bash' || name === '/bin/bash') return 'bash';
  if (name === 'sh' || name === '/bin/sh') return 'sh';
  throw shell!.mistake(`is ${name}`, 'on Linux there are bash and /bin/sh');
}

function parseVariables(variables: Located | undefined): Record<string, string> {
  const entries = [...(variables?.map() ?? [])];
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (!/^[A-Za-z_]\w*$/.test(name)) throw value.mistake('is not the name of an environment variable');
      return [name, value.empty ? '' : value.text()];
    }),
  );
}

function variableName(name: Located): string {
  if (!/^[A-Za-z_]\w*$/.test(name.text())) throw name.mistake('is not the name of an environment variable');
  return name.text();
}

function parsePhases(phases: Located): Buildspec['phases'] {
  const parsed: Partial<Record<BuildspecPhase, PhaseSpec>> = {};
  for (const [name, value] of phases.map()) {
    const phase = BUILDSPEC_PHASES.find((candidate) => candidate === name);
    if (!phase) {
      const message = `Invalid buildspec phase name: ${name.toUpperCase()}. Expecting: BUILD,INSTALL,POST_BUILD,PRE_BUILD`;
      throw value.mistake(`is not a phase: ${message}`);
    }
    parsed[phase] = parsePhase(value, phase);
  }
  return parsed;
}

function parsePhase(value: Located, phase: BuildspecPhase): PhaseSpec {
  const names = ['run-as', 'on-failure', 'commands', 'finally', ...(phase === 'install' ? ['runtime-versions'] : [])];
  const fields = known(value, names);
  const runAs = fields.get('run-as')?.text();
  const commands = parseCommands(fields.get('commands'));
  if (commands.length === 0 && !fields.has('runtime-versions')) throw value.mistake('has no commands');
  return {
    ...(runAs !== undefined && { runAs }),
    onFailure: parseOnFailure(fields.get('on-failure')),
    commands,
    finally: parseCommands(fields.get('finally')),
  };
}

/** `- echo a: b` is a map to YAML: CodeBuild's words for it name the line. */
function parseCommands(commands: Located | undefined): string[] {
  return (commands?.oneOrMore() ?? []).map((command, index) => {
    if (command.isMap) {
      const message = `Expected Commands[${index}] to be of string type: found subkeys instead at line ${command.line}`;
      throw command.mistake(`is not a text: ${message}`, 'put the command in quotes');
    }
    return command.text();
  });
}

function parseRuntimeVersions(phases: Located): Record<string, string> {
  const versions = phases.map().get('install')?.map().get('runtime-versions');
  return Object.fromEntries(
    [...(versions?.map() ?? [])].map(([name, version]) => {
      if (name !== 'nodejs') {
        const reason = `the local runtime builds with this machine's programs, and offers only nodejs`;
        throw version.mistake(`cannot be honoured: ${reason}`, 'install it on the machine, and leave this line out');
      }
      return [name, version.text()];
    }),
  );
}

const ARTIFACT_FIELDS = [
  'files',
  'name',
  'base-directory',
  'discard-paths',
  'exclude-paths',
  'enable-symlinks',
  's3-prefix',
];

function parseArtifacts(artifacts: Located): Buildspec['artifacts'] {
  const fields = known(artifacts, [...ARTIFACT_FIELDS, 'secondary-artifacts']);
  const secondary = [...(fields.get('secondary-artifacts')?.map() ?? [])];
  return {
    ...parseArtifact(artifacts, fields),
    secondary: Object.fromEntries(
      secondary.map(([name, value]) => [name, parseArtifact(value, known(value, ARTIFACT_FIELDS))]),
    ),
  };
}

function parseArtifact(artifact: Located, fields: Fields): ArtifactSpec {
  const files = fields.get('files')?.texts() ?? [];
  if (files.length === 0) throw artifact.mistake('has no files', "`files: ['**/*']` takes them all");
  const baseDirectory = fields.get('base-directory');
  if (baseDirectory && /[*?[]/.test(baseDirectory.text())) {
    throw baseDirectory.mistake('cannot be honoured: patterns in it are not supported by the local runtime');
  }
  return {
    files,
    excludePaths: fields.get('exclude-paths')?.texts() ?? [],
    ...(baseDirectory && { baseDirectory: baseDirectory.text() }),
    discardPaths: fields.get('discard-paths')?.flag() ?? false,
    enableSymlinks: fields.get('enable-symlinks')?.flag() ?? false,
  };
}

/** The key and the fallback keys choose among caches in S3; a local cache is the project's own (B12). */
function parseCache(cache: Located | undefined): string[] {
  if (!cache) return [];
  return known(cache, ['paths', 'key', 'fallback-keys', 'action']).get('paths')?.texts() ?? [];
}
