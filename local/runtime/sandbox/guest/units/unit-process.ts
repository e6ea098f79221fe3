import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, openSync, statSync } from 'node:fs';
import { eachLine, type Flow } from '../../../../kernel/lines';
import { type Account, accountOf, groupIdOf } from '../accounts';
import { BASIC_ENVIRONMENT } from '../processes';
import { CHDIR, EXEC, type ProcessOutcome, USER } from './outcome';
import { identifierOf, type ServiceSettings } from './settings';
import { putInVariables, type UnitCommand } from './values';

export interface UnitProcessOptions {
  readonly settings: ServiceSettings;
  readonly command: UnitCommand;
  readonly environment: Readonly<Record<string, string>>;
  /** Users other than root do not exist, see `Capability.uidRange`. */
  readonly singleUid: boolean;
  say(from: string, line: string): Flow;
}

export interface UnitProcess {
  readonly pid: number;
  readonly ended: Promise<ProcessOutcome>;
}

/** Starts one command of a unit. If it cannot be started, it ends at once with systemd's status for the reason. */
export function startProcess(options: UnitProcessOptions): UnitProcess {
  const { settings, command, say } = options;
  const prepared = prepare(options);
  if (typeof prepared === 'number') {
    const why =
      prepared === EXEC
        ? `Failed to locate executable ${command.words[0]}`
        : prepared === USER
          ? `Failed to determine user ${settings.user}`
          : `Failed to change to directory ${settings.workingDirectory}`;
    say('systemd[1]', why);
    return { pid: 0, ended: Promise.resolve({ kind: 'exited', status: prepared }) };
  }
  const stdout = outputTo(settings.output.stdout, 'pipe');
  const stderr =
    settings.output.stderr === 'inherit'
      ? stdout === 'pipe'
        ? 'pipe'
        : stdout
      : outputTo(settings.output.stderr, 'pipe');
  const child = spawn(prepared.words[0] as string, prepared.words.slice(1), {
    cwd: prepared.directory,
    env: prepared.environment,
    detached: true,
    stdio: ['ignore', stdout, stderr],
  });
  const from = `${identifierOf(settings, command)}[${child.pid ?? 0}]`;
  for (const stream of [child.stdout, child.stderr]) if (stream) eachLine(stream, (line) => say(from, line));
  return {
    pid: child.pid ?? 0,
    ended: new Promise((resolve) => {
      child.once('error', () => resolve({ kind: 'exited', status: EXEC }));
      child.once('exit', (status, signal) => {
        // Its last lines are read before its end is reported.
        const end = () => resolve(signal ? { kind: 'killed', signal } : { kind: 'exited', status: status ?? 0 });
        child.once('close', end);
        setImmediate(() => setImmediate(end));
      });
    }),
  };
}

interface Prepared {
  readonly words: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Returns a status instead if the process could not be started. */
function prepare(options: UnitProcessOptions): Prepared | number {
  const { settings, command, environment, singleUid } = options;
  let account: Account | undefined;
  let group: number | undefined;
  try {
    account = settings.user && !command.asRoot ? accountOf(settings.user) : undefined;
    group = settings.group && !command.asRoot ? groupIdOf(settings.group) : account?.gid;
  } catch {
    return USER;
  }
  const directory = workingDirectory(settings, account);
  if (directory === undefined) return CHDIR;
  const words = command.literal ? [...command.words] : putInVariables(command.words, environment);
  const program = locate(words[0] ?? '');
  if (program === undefined) return EXEC;
  const login = account && { HOME: account.home, USER: account.name, LOGNAME: account.name, SHELL: account.shell };
  const privileges = singleUid ? [] : privilegeWords(settings, account, group);
  return {
    words: [...(privileges.length > 0 ? ['setpriv', ...privileges, '--'] : []), program, ...words.slice(1)],
    directory,
    environment: { ...BASIC_ENVIRONMENT, ...login, ...environment },
  };
}

function privilegeWords(settings: ServiceSettings, account: Account | undefined, group: number | undefined): string[] {
  const capabilities = settings.ambientCapabilities.map((name) => `+${name}`).join();
  return [
    ...(account ? ['--reuid', String(account.uid), '--init-groups'] : []),
    ...(group === undefined ? [] : ['--regid', String(group), ...(account ? [] : ['--keep-groups'])]),
    ...(settings.noNewPrivileges ? ['--no-new-privs'] : []),
    ...(capabilities ? ['--inh-caps', capabilities, '--ambient-caps', capabilities] : []),
  ];
}

/** `~` is the user's home; `-` before the path forgives its absence. */
function workingDirectory(settings: ServiceSettings, account: Account | undefined): string | undefined {
  const path = settings.workingDirectory.replace(/^-/, '');
  const directory = path === '~' ? (account?.home ?? '/root') : path;
  if (existsSync(directory) && statSync(directory).isDirectory()) return directory;
  return settings.workingDirectory.startsWith('-') ? '/' : undefined;
}

function locate(name: string): string | undefined {
  const places = name.startsWith('/')
    ? [name]
    : (BASIC_ENVIRONMENT['PATH'] as string).split(':').map((path) => `${path}/${name}`);
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return statSync(place).isFile();
    } catch {
      return false;
    }
  });
}

function outputTo(text: string, otherwise: 'pipe'): 'pipe' | 'ignore' | number {
  if (text === 'null') return 'ignore';
  const file = /^(file|append|truncate):(.+)$/.exec(text);
  if (!file) return otherwise;
  return openSync(file[2] as string, file[1] === 'truncate' ? 'w' : 'a');
}
