import { basename } from 'node:path';
import { allValues, allWords, instanceOf, lastValue, type UnitFile } from './unit-file';
import { isTrue, parseAssignments, parseCommand, timeSpanMilliseconds, type UnitCommand } from './values';

export type Restart = 'no' | 'on-success' | 'on-failure' | 'on-abnormal' | 'on-abort' | 'on-watchdog' | 'always';

/** Settings of a service's unit that the init acts on. Times are milliseconds. */
export interface ServiceSettings {
  readonly description: string;
  readonly type: 'simple' | 'exec' | 'oneshot';
  readonly start: readonly UnitCommand[];
  readonly startPre: readonly UnitCommand[];
  readonly startPost: readonly UnitCommand[];
  readonly stop: readonly UnitCommand[];
  readonly stopPost: readonly UnitCommand[];
  readonly reload: readonly UnitCommand[];
  readonly remainAfterExit: boolean;
  readonly restart: Restart;
  readonly restartAfter: number;
  readonly startLimit: { readonly burst: number; readonly interval: number };
  readonly user?: string;
  readonly group?: string;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly environmentFiles: readonly { path: string; optional: boolean }[];
  readonly directories: readonly ServiceDirectory[];
  readonly killSignal: NodeJS.Signals;
  readonly killMode: 'control-group' | 'mixed' | 'process' | 'none';
  readonly timeoutStart: number;
  readonly timeoutStop: number;
  readonly successStatuses: readonly string[];
  readonly preventRestart: readonly string[];
  readonly noNewPrivileges: boolean;
  readonly ambientCapabilities: readonly string[];
  readonly output: { readonly stdout: string; readonly stderr: string };
  readonly identifier?: string;
  readonly after: readonly string[];
  readonly needs: readonly string[];
}

export interface ServiceDirectory {
  readonly path: string;
  readonly variable: string;
  readonly mode: number;
  /** Removed when the service stops. */
  readonly fleeting: boolean;
}

/** The directives for directories, their parents, and the variable that passes them to the service. */
const DIRECTORIES = [
  { key: 'StateDirectory', place: '/var/lib', variable: 'STATE_DIRECTORY', fleeting: false },
  { key: 'RuntimeDirectory', place: '/run', variable: 'RUNTIME_DIRECTORY', fleeting: true },
  { key: 'LogsDirectory', place: '/var/log', variable: 'LOGS_DIRECTORY', fleeting: false },
  { key: 'CacheDirectory', place: '/var/cache', variable: 'CACHE_DIRECTORY', fleeting: false },
  { key: 'ConfigurationDirectory', place: '/etc', variable: 'CONFIGURATION_DIRECTORY', fleeting: false },
];

/** Throws an `Error` for an invalid or unsupported value, naming the directive. */
export function serviceSettings(file: UnitFile): ServiceSettings {
  const unit: UnitFile = {
    ...file,
    settings: file.settings.map((one) => ({ ...one, value: specifiers(file, one.value) })),
  };
  const service = (key: string) => lastValue(unit, 'Service', key);
  const commands = (key: string) => allValues(unit, 'Service', key).map(parseCommand);
  const span = (key: string, otherwise: string) => timeSpan(key, service(key) ?? otherwise);
  const type = typeOf(service('Type'));
  const timeout = service('TimeoutSec');
  if (isTrue(service('DynamicUser')))
    throw new Error("DynamicUser=yes is not supported by the local machine's init: name a User=");
  const common = (key: string) => lastValue(unit, 'Unit', key) ?? service(key);
  return {
    description: lastValue(unit, 'Unit', 'Description') ?? file.name,
    type,
    start: commands('ExecStart'),
    startPre: commands('ExecStartPre'),
    startPost: commands('ExecStartPost'),
    stop: commands('ExecStop'),
    stopPost: commands('ExecStopPost'),
    reload: commands('ExecReload'),
    remainAfterExit: isTrue(service('RemainAfterExit')),
    restart: (service('Restart') ?? 'no') as Restart,
    restartAfter: span('RestartSec', '100ms'),
    startLimit: {
      burst: Number(common('StartLimitBurst') ?? 5),
      interval: timeSpan(
        'StartLimitIntervalSec',
        common('StartLimitIntervalSec') ?? common('StartLimitInterval') ?? '10s',
      ),
    },
    user: service('User'),
    group: service('Group'),
    workingDirectory: service('WorkingDirectory') ?? '/',
    environment: Object.assign({}, ...allValues(unit, 'Service', 'Environment').map(parseAssignments)) as Record<
      string,
      string
    >,
    environmentFiles: allValues(unit, 'Service', 'EnvironmentFile').map((path) => ({
      path: path.replace(/^-/, ''),
      optional: path.startsWith('-'),
    })),
    directories: directories(unit),
    killSignal: signalName(service('KillSignal') ?? 'SIGTERM'),
    killMode: (service('KillMode') ?? 'control-group') as ServiceSettings['killMode'],
    timeoutStart: span('TimeoutStartSec', timeout ?? (type === 'oneshot' ? 'infinity' : '90s')),
    timeoutStop: span('TimeoutStopSec', timeout ?? '90s'),
    successStatuses: allWords(unit, 'Service', 'SuccessExitStatus'),
    preventRestart: allWords(unit, 'Service', 'RestartPreventExitStatus'),
    noNewPrivileges: isTrue(service('NoNewPrivileges')),
    ambientCapabilities: allWords(unit, 'Service', 'AmbientCapabilities').map((name) =>
      name.toLowerCase().replace(/^cap_/, ''),
    ),
    output: { stdout: service('StandardOutput') ?? 'journal', stderr: service('StandardError') ?? 'inherit' },
    identifier: service('SyslogIdentifier'),
    after: allWords(unit, 'Unit', 'After'),
    needs: [...allWords(unit, 'Unit', 'Requires'), ...allWords(unit, 'Unit', 'Wants')],
  };
}

function typeOf(text: string | undefined): ServiceSettings['type'] {
  if (text === undefined || text === 'simple' || text === 'idle') return 'simple';
  if (text === 'exec' || text === 'oneshot') return text;
  throw new Error(`Type=${text} is not supported by the local machine's init: use simple, exec or oneshot`);
}

function timeSpan(key: string, text: string): number {
  try {
    return timeSpanMilliseconds(text);
  } catch {
    throw new Error(`${key}=${text} is not a time span`);
  }
}

function signalName(text: string): NodeJS.Signals {
  return (text.startsWith('SIG') ? text : `SIG${text}`) as NodeJS.Signals;
}

function directories(unit: UnitFile): ServiceDirectory[] {
  return DIRECTORIES.flatMap(({ key, place, variable, fleeting }) => {
    const mode = Number.parseInt(lastValue(unit, 'Service', `${key}Mode`) ?? '0755', 8);
    const kept = isTrue(lastValue(unit, 'Service', `${key}Preserve`));
    return allWords(unit, 'Service', key).map((name) => ({
      path: `${place}/${name.split(':')[0]}`,
      variable,
      mode,
      fleeting: fleeting && !kept,
    }));
  });
}

/** `%n`, `%i` and the others that need nothing of the running system. */
function specifiers(file: UnitFile, text: string): string {
  const bare = file.name.replace(/\.\w+$/, '');
  const known: Record<string, string> = {
    n: file.name,
    N: bare,
    p: bare.replace(/@.*$/, ''),
    i: instanceOf(file.name),
    I: instanceOf(file.name).replaceAll('-', '/'),
    t: '/run',
    S: '/var/lib',
    C: '/var/cache',
    L: '/var/log',
    E: '/etc',
    '%': '%',
  };
  return text.replace(/%(.)/g, (whole, letter: string) => known[letter] ?? whole);
}

/** The name that a unit's lines carry in the journal. */
export function identifierOf(settings: ServiceSettings, command: UnitCommand): string {
  return settings.identifier ?? basename(command.words[0] ?? '');
}
