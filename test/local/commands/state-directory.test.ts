import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
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
import { basename, join } from 'node:path';
import {
  announce,
  claim,
  prepareStateDirectory,
  release,
  runningRuntime,
  startedTicks,
  stateDirectory,
  stateIn,
} from '../../../local/commands/state-directory';
import { openStore } from '../../../local/kernel/store';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'place-'));
});
afterEach(() => rmSync(place, { recursive: true }));

describe('the directory of the state', () => {
  test('is the given one, with every link resolved', () => {
    symlinkSync(place, join(place, 'link'));
    expect(stateDirectory(place, '/anywhere')).toBe(place);
    expect(stateDirectory(join(place, 'link/not/there/yet'), '/anywhere')).toBe(join(place, 'not/there/yet'));
  });

  test('is in the project by default', () => {
    expect(stateDirectory(undefined, place)).toBe(join(place, '.local'));
  });

  test.each(['/opt/project', '/srv/www/project', '/home/me/a project'])(
    'is in the home directory if machines cannot be kept in the project: %s',
    (project) => {
      process.env['XDG_STATE_HOME'] = place;
      const state = stateDirectory(undefined, project);
      expect(state).toMatch(new RegExp(`^${place}/immutable-server-pipeline/[0-9a-f]{12}$`));
      expect(stateDirectory(undefined, project)).toBe(state);
      expect(stateDirectory(undefined, `${project}2`)).not.toBe(state);
    },
  );

  test('is refused, by its given name, in directories that machines mount over', () => {
    expect(() => stateDirectory('/var/lib/run', place)).toThrow('--state /var/lib/run: /var/lib/run is inside /var');
    symlinkSync('/var/tmp', join(place, 'elsewhere'));
    expect(() => stateDirectory(join(place, 'elsewhere/run'), place)).toThrow('/var/tmp/run is inside /var');
    expect(() => stateDirectory('/', place)).toThrow('--state /');
    expect(() => stateDirectory(join(place, 'a,b'), place)).toThrow('which mount options cannot carry');
  });

  test('is refused, with the remedy, if the home directory cannot hold it either', () => {
    process.env['XDG_STATE_HOME'] = '/var/lib/jenkins';
    expect(() => stateDirectory(undefined, '/opt/project')).toThrow(/--state chooses another.*is inside \/var/);
  });
});

describe('a directory for the state', () => {
  test('is created for its owner alone', () => {
    const state = join(place, 'a/b');
    prepareStateDirectory(state);
    expect(statSync(state).mode & 0o777).toBe(0o700);
    prepareStateDirectory(state);
  });

  test('is refused if it has foreign files, which a fresh start would delete', () => {
    writeFileSync(join(place, 'thesis.tex'), '');
    expect(() => prepareStateDirectory(place)).toThrow(`${place}: is not empty, and holds no state of a run`);
    expect(existsSync(join(place, 'thesis.tex'))).toBe(true);
  });

  test('may hold the state of an earlier run', () => {
    prepareStateDirectory(place);
    mkdirSync(join(place, 'layers'));
    expect(() => prepareStateDirectory(place)).not.toThrow();
  });

  test('may hold the state of an earlier version, which has only its database', () => {
    openStore(join(place, 'state.db')).close();
    expect(() => prepareStateDirectory(place)).not.toThrow();
  });

  test.each([
    ['an empty file', ''],
    ['another database', 'SQLite format 3\0 of somebody else'],
  ])('is refused with a file of the name state.db that is %s', (_what, content) => {
    writeFileSync(join(place, 'state.db'), content);
    expect(() => prepareStateDirectory(place)).toThrow('holds no state of a run');
    expect(readFileSync(join(place, 'state.db'), 'utf8')).toBe(content);
  });

  test('loses only what runs have made when a run begins afresh', () => {
    prepareStateDirectory(place);
    for (const name of ['state.db', 'state.db-wal', 'runtime.json', 'notes.txt', 'states'])
      writeFileSync(join(place, name), '');
    expect(
      stateIn(place)
        .map((path) => basename(path))
        .sort(),
    ).toEqual(['runtime.json', 'server-pipeline-state', 'state.db', 'state.db-wal']);
  });

  test('is closed to other users, also if it was made beforehand', () => {
    chmodSync(place, 0o755);
    prepareStateDirectory(place);
    expect(statSync(place).mode & 0o777).toBe(0o700);
  });

  test('says which file is damaged if the record of the running runtime is', () => {
    for (const content of ['', '{"pid"', 'null', '[]']) {
      writeFileSync(join(place, 'runtime.json'), content);
      expect(() => runningRuntime(place)).toThrow(`${place}/runtime.json: is damaged — delete it`);
    }
  });
});

describe('the user of a state', () => {
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

  test('is none, then this process with its address, then none again', () => {
    expect(runningRuntime(place)).toBeUndefined();
    claim(place);
    expect(runningRuntime(place)).toEqual({ pid: process.pid, startedTicks: expect.stringMatching(/^\d+$/) });
    announce(place, address);
    expect(runningRuntime(place)).toMatchObject({ pid: process.pid, address });
    release(place);
    expect(runningRuntime(place)).toBeUndefined();
    release(place);
  });

  test('has a record with a secret, which only its owner can read', () => {
    claim(place);
    announce(place, address);
    expect(statSync(join(place, 'runtime.json')).mode & 0o777).toBe(0o600);
  });

  test('keeps another process from claiming the state', () => {
    const { pid = 0 } = run('sleep', '60');
    record(pid);
    const whose = `is in use by the runtime with process id ${pid}, at http://127.0.0.1:4566`;
    expect(() => claim(place)).toThrow(`${place}: ${whose} — npx server-pipeline down --state ${place} ends it`);
    expect(() => claim(place)).toThrow(/to apply changed settings to it: eval .* && npx cdk deploy --all$/);
    expect(JSON.parse(readFileSync(join(place, 'runtime.json'), 'utf8'))).toMatchObject({ pid });
  });

  test('is none if the process id belongs to another program now', () => {
    record(run('sleep', '60').pid ?? 0, '1');
    expect(runningRuntime(place)).toBeUndefined();
    expect(() => claim(place)).not.toThrow();
  });

  test('is none if a killed process is still a zombie', async () => {
    // The shell becomes a program that never asks how its children ended.
    const parent = run('bash', '-c', 'sleep 60 & echo $!; exec sleep 60');
    const pid = await new Promise<number>((resolve) => parent.stdout?.once('data', (line) => resolve(Number(line))));
    record(pid);
    while (!/\(sleep\)/.test(readFileSync(`/proc/${parent.pid}/stat`, 'utf8'))) await new Promise(setImmediate);
    process.kill(pid, 'SIGKILL');
    while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await new Promise(setImmediate);
    expect(runningRuntime(place)).toBeUndefined();
  });

  test('is none without a process', () => {
    expect(startedTicks(2 ** 30)).toBeUndefined();
    expect(startedTicks(process.pid)).toMatch(/^\d+$/);
  });
});
