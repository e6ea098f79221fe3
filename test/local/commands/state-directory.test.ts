import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  announce,
  claim,
  prepareStateDirectory,
  release,
  runningRuntime,
  startedTicks,
  stateDirectory,
} from '../../../local/commands/state-directory';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'place-'));
});
afterEach(() => rmSync(place, { recursive: true }));

describe('where the state lies', () => {
  test('the one asked for, with every link resolved', () => {
    symlinkSync(place, join(place, 'link'));
    expect(stateDirectory(place, '/anywhere')).toBe(place);
    expect(stateDirectory(join(place, 'link/not/there/yet'), '/anywhere')).toBe(join(place, 'not/there/yet'));
  });

  test('in the project, unless another is asked for', () => {
    expect(stateDirectory(undefined, place)).toBe(join(place, '.local'));
  });

  test.each(['/opt/project', '/srv/www/project', '/home/me/a project'])(
    'in the home directory where machines could not be kept in the project: %s',
    (project) => {
      process.env['XDG_STATE_HOME'] = place;
      const state = stateDirectory(undefined, project);
      expect(state).toMatch(new RegExp(`^${place}/immutable-server-pipeline/[0-9a-f]{12}$`));
      expect(stateDirectory(undefined, project)).toBe(state);
      expect(stateDirectory(undefined, `${project}2`)).not.toBe(state);
    },
  );

  test('never where machines lay their own files over: it is refused by the name it was asked with', () => {
    expect(() => stateDirectory('/var/lib/run', place)).toThrow('--state /var/lib/run: /var/lib/run is inside /var');
    symlinkSync('/var/tmp', join(place, 'elsewhere'));
    expect(() => stateDirectory(join(place, 'elsewhere/run'), place)).toThrow('/var/tmp/run is inside /var');
    expect(() => stateDirectory('/', place)).toThrow('--state /');
    expect(() => stateDirectory(join(place, 'a,b'), place)).toThrow('which mount options cannot carry');
  });

  test('a home directory that cannot hold it either is told, with the way out', () => {
    process.env['XDG_STATE_HOME'] = '/var/lib/jenkins';
    expect(() => stateDirectory(undefined, '/opt/project')).toThrow(/--state chooses another.*is inside \/var/);
  });
});

describe('a directory that is to hold the state', () => {
  test('is made for its owner alone', () => {
    const state = join(place, 'a/b');
    prepareStateDirectory(state);
    expect(statSync(state).mode & 0o777).toBe(0o700);
    prepareStateDirectory(state);
  });

  test("is refused with somebody's files in it, which a fresh start would delete", () => {
    writeFileSync(join(place, 'thesis.tex'), '');
    expect(() => prepareStateDirectory(place)).toThrow(`${place}: is not empty, and holds no state of a run`);
    expect(existsSync(join(place, 'thesis.tex'))).toBe(true);
  });

  test('may hold the state of an earlier run', () => {
    writeFileSync(join(place, 'state.db'), '');
    mkdirSync(join(place, 'layers'));
    expect(() => prepareStateDirectory(place)).not.toThrow();
  });
});

describe('who uses a state', () => {
  const address = {
    endpoint: 'http://127.0.0.1:4566',
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    authority: '/state/certificates/authority.pem',
  };
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  function run(...command: [string, ...string[]]): ChildProcess {
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    return child;
  }

  /** As a runtime with this process id would have left it. */
  function record(pid: number, ticks = startedTicks(pid)): void {
    writeFileSync(join(place, 'runtime.json'), JSON.stringify({ pid, startedTicks: ticks, address }));
  }

  test('nobody, then this process, found where it says, then nobody again', () => {
    expect(runningRuntime(place)).toBeUndefined();
    claim(place);
    expect(runningRuntime(place)).toEqual({ pid: process.pid, startedTicks: expect.stringMatching(/^\d+$/) });
    announce(place, address);
    expect(runningRuntime(place)).toMatchObject({ pid: process.pid, address });
    release(place);
    expect(runningRuntime(place)).toBeUndefined();
    release(place);
  });

  test('what it says holds a secret: only its owner reads it', () => {
    claim(place);
    announce(place, address);
    expect(statSync(join(place, 'runtime.json')).mode & 0o777).toBe(0o600);
  });

  test('a state that another process uses cannot be claimed', () => {
    const { pid = 0 } = run('sleep', '60');
    record(pid);
    const whose = `is in use by the runtime with process id ${pid}, at http://127.0.0.1:4566`;
    expect(() => claim(place)).toThrow(`${place}: ${whose} — npx server-pipeline down --state ${place} ends it`);
    expect(() => claim(place)).toThrow(/to apply changed settings to it: eval .* && npx cdk deploy --all$/);
    expect(JSON.parse(readFileSync(join(place, 'runtime.json'), 'utf8'))).toMatchObject({ pid });
  });

  test('a process id that has passed to another program is nobody', () => {
    record(run('sleep', '60').pid ?? 0, '1');
    expect(runningRuntime(place)).toBeUndefined();
    expect(() => claim(place)).not.toThrow();
  });

  test('a killed process that its parent never asks for is nobody', async () => {
    // The shell becomes a program that never asks how its children ended.
    const parent = run('bash', '-c', 'sleep 60 & echo $!; exec sleep 60');
    const pid = await new Promise<number>((resolve) => parent.stdout?.once('data', (line) => resolve(Number(line))));
    record(pid);
    while (!/\(sleep\)/.test(readFileSync(`/proc/${parent.pid}/stat`, 'utf8'))) await new Promise(setImmediate);
    process.kill(pid, 'SIGKILL');
    while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await new Promise(setImmediate);
    expect(runningRuntime(place)).toBeUndefined();
  });

  test('no process has no start', () => {
    expect(startedTicks(2 ** 30)).toBeUndefined();
    expect(startedTicks(process.pid)).toMatch(/^\d+$/);
  });
});
