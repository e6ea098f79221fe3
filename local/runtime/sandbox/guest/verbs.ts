import type { ControlReply, ControlRequest } from './control-protocol';
import { readJournal } from './units/journal';
import { enablement } from './units/links';
import type { Manager } from './units/manager';
import { mainStatus } from './units/outcome';
import { ACTIVE_STATES } from './units/service';
import { serviceSettings } from './units/settings';
import { readUnit } from './units/unit-file';

type Verb = (units: Manager, request: ControlRequest) => Promise<ControlReply> | ControlReply;

const done: ControlReply = { exitCode: 0, output: [], errors: [] };

/** Requests of `systemctl` to the running init. Exit codes and messages are systemctl's. */
const VERBS: Readonly<Record<string, Verb>> = {
  reboot: () => done,
  poweroff: () => done,
  'daemon-reload': () => done,
  start: (units, request) => eachUnit(request, (name) => start(units, name, request.noBlock)),
  stop: (units, request) =>
    eachUnit(request, (name) =>
      units
        .service(name)
        .stop()
        .then(() => undefined),
    ),
  restart: (units, request) => eachUnit(request, (name) => restart(units, name)),
  'try-restart': (units, request) =>
    eachUnit(request, async (name) => (isActive(units, name) ? restart(units, name) : undefined)),
  reload: (units, request) => eachUnit(request, (name) => reload(units, name)),
  'reload-or-restart': (units, request) =>
    eachUnit(request, async (name) => (await reload(units, name)) && restart(units, name)),
  'reset-failed': (units, request) => eachUnit(request, async (name) => units.service(name).resetFailed() as undefined),
  'is-active': (units, request) => states(units, request, { good: 'active', otherwise: 3 }),
  'is-failed': (units, request) => states(units, request, { good: 'failed', otherwise: 1 }),
  status,
  show,
};

export async function answerVerb(units: Manager, request: ControlRequest): Promise<ControlReply> {
  const verb = VERBS[request.verb];
  if (!verb)
    return { exitCode: 1, output: [], errors: [`systemctl: ${request.verb} is not supported inside a local machine`] };
  return verb(units, request);
}

/** Calls `act` for each unit; it returns an error message. */
async function eachUnit(
  request: ControlRequest,
  act: (name: string) => Promise<string | undefined>,
): Promise<ControlReply> {
  const errors = (await Promise.all(request.units.map((name) => act(name)))).filter((error) => error !== undefined);
  return { exitCode: errors.length > 0 ? 1 : 0, output: [], errors };
}

async function start(units: Manager, name: string, noBlock = false): Promise<string | undefined> {
  if (!name.endsWith('.service')) return `Failed to start ${name}: only services are started by the local machine.`;
  if (!readUnit(name)) return `Failed to start ${name}: Unit ${name} not found.`;
  const started = units.startTogether([name]);
  // As with systemd, only the journal then has the result of the job.
  if (noBlock || (await started)) return undefined;
  return `Job for ${name} failed. See "systemctl status ${name}" and "journalctl -u ${name}" for details.`;
}

async function restart(units: Manager, name: string): Promise<string | undefined> {
  await units.service(name).stop();
  return start(units, name);
}

async function reload(units: Manager, name: string): Promise<string | undefined> {
  if (await units.service(name).reload()) return undefined;
  return `Failed to reload ${name}: Job type reload is not applicable for unit ${name}.`;
}

function isActive(units: Manager, name: string): boolean {
  return ACTIVE_STATES[units.service(name).state] === 'active';
}

/** Prints each unit's state; the exit code is 0 if one has the requested state. */
function states(units: Manager, request: ControlRequest, asked: { good: string; otherwise: number }): ControlReply {
  const output = request.units.map((name) => ACTIVE_STATES[units.service(name).state]);
  return { exitCode: output.includes(asked.good) ? 0 : asked.otherwise, output, errors: [] };
}

function status(units: Manager, request: ControlRequest): ControlReply {
  const output: string[] = [];
  let exitCode = 0;
  for (const name of request.units) {
    const file = readUnit(name);
    if (!file) return { exitCode: 4, output, errors: [`Unit ${name} could not be found.`] };
    const service = units.service(name);
    const active = ACTIVE_STATES[service.state];
    const why = service.result === 'success' ? service.state : `Result: ${service.result}`;
    output.push(
      `${active === 'failed' ? '×' : active === 'active' ? '●' : '○'} ${name}`,
      `     Loaded: loaded (${file.path}; ${enablement(name) ?? 'static'})`,
      `     Active: ${active} (${why}) since ${service.since.toISOString()}`,
      ...(service.mainPid ? [`   Main PID: ${service.mainPid}`] : []),
      '',
      ...readJournal(name)
        .slice(-10)
        .map(({ time, from, text }) => `${time} ${from}: ${text}`),
    );
    if (active !== 'active') exitCode = 3;
  }
  return { exitCode, output, errors: [] };
}

function show(units: Manager, request: ControlRequest): ControlReply {
  const output: string[] = [];
  const asked = request.properties ?? [];
  for (const name of request.units) {
    if (output.length > 0) output.push('');
    const all = propertiesOf(units, name);
    const names = asked.length > 0 ? asked.filter((property) => property in all) : Object.keys(all);
    for (const property of names)
      output.push(request.valueOnly ? (all[property] ?? '') : `${property}=${all[property]}`);
  }
  return { exitCode: 0, output, errors: [] };
}

function propertiesOf(units: Manager, name: string): Record<string, string> {
  const file = readUnit(name);
  const service = units.service(name);
  const { code, status: exitStatus } = mainStatus(service.lastMain);
  return {
    Id: name,
    Names: name,
    Description: file && !file.masked ? descriptionOf(name) : name,
    LoadState: file ? (file.masked ? 'masked' : 'loaded') : 'not-found',
    ActiveState: ACTIVE_STATES[service.state],
    SubState: service.state,
    FragmentPath: file?.path ?? '',
    UnitFileState: enablement(name) ?? '',
    Result: service.result,
    NRestarts: String(service.restartCount),
    MainPID: String(service.mainPid),
    ExecMainPID: String(service.lastMainPid),
    ExecMainCode: String(code),
    ExecMainStatus: String(exitStatus),
    StateChangeTimestamp: service.since.toISOString(),
  };
}

function descriptionOf(name: string): string {
  const file = readUnit(name);
  try {
    return file ? serviceSettings(file).description : name;
  } catch {
    // A unit that cannot be started can still be shown.
    return name;
  }
}
