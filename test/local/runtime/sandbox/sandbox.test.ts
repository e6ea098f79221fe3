import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { Sandboxes } from '../../../../local/runtime/sandbox/sandbox';
import { describeWithSandbox, type SandboxRig, sandboxRig, shell } from '../../../rig/sandbox';

jest.setTimeout(60_000);

describeWithSandbox('a machine', () => {
  let rig: SandboxRig;
  beforeAll(() => {
    rig = sandboxRig();
  });
  afterEach(() => rig.sandboxes.stop());
  afterAll(() => rig.end());

  it('runs commands as root, and returns their output and exit status', async () => {
    const machine = await rig.sandboxes.boot(rig.spec('m'));
    expect(await shell(machine, 'id -u; echo problem >&2; exit 7')).toEqual({ output: '0\nproblem\n', exitCode: 7 });
    expect(await machine.exec({ command: ['bash', '-c', 'kill -9 $$'] })).toEqual({
      exitCode: null,
      signal: 'SIGKILL',
    });
    expect(await machine.exec({ command: ['no-such-program'] })).toEqual({ exitCode: 127 });
    expect(await shell(machine, 'cat', { input: 'ünicode' })).toEqual({ output: 'ünicode', exitCode: 0 });
  });

  it('lets a command open its outputs by name, as any user', async () => {
    const machine = await rig.sandboxes.boot(rig.spec('m'));
    const command = 'echo out > /dev/stdout; echo err > /dev/stderr';
    expect(await shell(machine, command)).toEqual({ output: 'out\nerr\n', exitCode: 0 });
    expect(await shell(machine, command, { user: 'nobody' })).toEqual({ output: 'out\nerr\n', exitCode: 0 });
  });

  it('hides the home directories, passwords and enabled services of the host', async () => {
    const machine = await rig.sandboxes.boot(rig.spec('m'));
    expect((await shell(machine, 'ls -A /root /home /tmp')).output.match(/\w+/g)).toEqual(['home', 'root', 'tmp']);
    expect(
      (
        await shell(
          machine,
          'cut -d: -f2 /etc/shadow | sort -u; ls -d /etc/ssh/*_key /etc/systemd/system/*.wants 2>/dev/null',
        )
      ).output,
    ).toBe('*\n');
    expect((await shell(machine, 'head -c 4 /proc/sys/kernel/hostname; cat /etc/machine-id')).exitCode).toBe(0);
  });

  it('shows no file below /opt, /srv and /var that other users of the host may not read', async () => {
    const machine = await rig.sandboxes.boot(rig.spec('m'));
    const find = (where: string) =>
      `find /opt /srv /var -xdev -type f -not -perm -004 ${where} -print 2> /dev/null || true`;
    const onHost = execFileSync('sh', ['-c', find("-not -path '/var/tmp/*'")], { encoding: 'utf8' });
    // Debian and its relatives always have one of them, such as those of ldconfig and dpkg.
    expect(onHost.split('\n').length).toBeGreaterThan(1);
    expect((await shell(machine, find(''))).output).toBe('');
    expect((await shell(machine, 'ls -A /var/cache/ldconfig 2> /dev/null')).output).toBe('');
  });

  it('keeps its changes inside', async () => {
    const machine = await rig.sandboxes.boot(rig.spec('m'));
    await shell(machine, 'echo changed > /etc/hosts; rm /usr/bin/unzip; mkdir /data; echo kept > /data/file');
    expect((await shell(machine, 'cat /etc/hosts /data/file; ls /usr/bin/unzip')).output).toMatch(
      /^changed\nkept\nls: cannot access/,
    );
    expect(readFileSync('/etc/hosts', 'utf8')).not.toBe('changed\n');
    expect(existsSync('/usr/bin/unzip') && !existsSync('/data/file')).toBe(true);
  });

  it('has its own network, processes and host name', async () => {
    const machine = await rig.sandboxes.boot(rig.spec('m', { hostname: 'ip-10-0-0-4' }));
    expect((await shell(machine, 'hostname; ls /proc | grep -c "^[0-9]"')).output).toMatch(/^ip-10-0-0-4\n[3-9]\n$/);
    expect((await shell(machine, 'ip -o -4 address | cut -d" " -f7')).output).toBe('127.0.0.1/8\n169.254.169.254/32\n');
  });

  it('shows files of the host on request', async () => {
    const source = join(rig.directory, 'source with space');
    mkdirSync(source);
    writeFileSync(join(source, 'file'), 'hello');
    const mounts = [
      { source, target: '/codebuild/src' },
      { source: join(source, 'file'), target: '/etc/one', readOnly: true },
    ];
    const machine = await rig.sandboxes.boot(rig.spec('m', { mounts }));
    await shell(machine, 'cat /etc/one > /codebuild/src/made');
    expect(readFileSync(join(source, 'made'), 'utf8')).toBe('hello');
    expect((await shell(machine, 'echo x > /etc/one')).exitCode).toBe(1);
  });

  it('kills a command and its children on request', async () => {
    const machine = await rig.sandboxes.boot(rig.spec('m'));
    const stop = new AbortController();
    const command = ['bash', '-c', 'echo begun; sleep 1000 & sleep 1000'];
    const result = machine.exec({ command, signal: stop.signal, onOutput: () => stop.abort() });
    expect(await result).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect((await shell(machine, 'pgrep -c sleep')).output).toBe('0\n');
  });

  it('rejects a running command when it ends, and leaves no process, mount or directory', async () => {
    const machine = await rig.sandboxes.boot(rig.spec('m'));
    const command = machine.exec({ command: ['sleep', '1000'] });
    const outcome = expect(command).rejects.toThrow('machine m ended while a command ran in it');
    await machine.kill();
    await outcome;
    expect(await machine.ended).toBe('killed');
    expect(readdirSync(join(rig.directory, 'machines'))).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(rig.directory);
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(rig.directory);
  });

  it('reaps orphaned processes', async () => {
    const machine = await rig.sandboxes.boot(rig.spec('m'));
    await shell(machine, 'for i in 1 2 3; do (sleep 0.01 &) ; done; sleep 0.1');
    expect((await shell(machine, 'ps -eo stat | grep -c Z')).output).toBe('0\n');
  });

  it('ends when it powers off', async () => {
    const machine = await rig.sandboxes.boot(rig.spec('m'));
    void machine.exec({ command: ['shutdown', '-h', 'now'] }).catch(() => undefined);
    expect(await machine.ended).toBe('powered-off');
  });

  it('reaches the endpoint of the host, from its own network and from the shared one', async () => {
    const endpoint = createServer((_, response) => response.end('the endpoint')).listen(0, '127.0.0.1');
    await new Promise((resolve) => endpoint.once('listening', resolve));
    const { port } = endpoint.address() as AddressInfo;
    const sandboxes = new Sandboxes({ ...rig.sandboxes['options'], endpoint: () => ({ port }) });
    for (const network of ['private', 'host'] as const) {
      const machine = await sandboxes.boot(rig.spec('m', { network }));
      expect((await shell(machine, 'curl -s $AWS_ENDPOINT_URL')).output).toBe('the endpoint');
      await machine.kill();
    }
    endpoint.close();
  });

  it('is refused by name in a directory that cannot hold it', async () => {
    expect(() => new Sandboxes({ ...rig.sandboxes['options'], directory: '/var/lib/state' })).toThrow('is inside /var');
    await expect(rig.sandboxes.boot(rig.spec('m', { writable: '/opt/x' }))).rejects.toThrow('is inside /opt');
  });

  it('reports why it did not boot', async () => {
    const spec = rig.spec('m', { layers: [], mounts: [{ source: '/dev/null', target: '/proc/nowhere' }] });
    await expect(rig.sandboxes.boot(spec)).rejects.toThrow(/machine m did not boot: .*nowhere/);
  });
});

const SERVER = `
const http = require('node:http');
const server = http.createServer((request, response) => { let n = 0; request.on('data', (d) => n += d.length); request.on('end', () => response.end(String(n))); });
server.on('upgrade', (request, socket) => { socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: echo\\r\\nConnection: Upgrade\\r\\n\\r\\n'); socket.pipe(socket); });
server.listen(8080, '127.0.0.1', () => console.log('listening'));`;

describeWithSandbox('a socket into a machine', () => {
  let rig: SandboxRig;
  beforeAll(async () => {
    rig = sandboxRig();
    const machine = await rig.sandboxes.boot(rig.spec('m'));
    await new Promise<void>(
      (resolve) =>
        void machine.exec({ command: ['node', '-e', SERVER], onOutput: () => resolve() }).catch(() => undefined),
    );
    socketPath = machine.socket(8080);
    closedPath = machine.socket(9090);
  });
  afterAll(() => rig.end());
  let socketPath: string;
  let closedPath: string;

  const ask = (path = '/') =>
    new Promise<string>((resolve, reject) => {
      get({ socketPath, path }, (response) => response.setEncoding('utf8').once('data', resolve)).on('error', reject);
    });

  it('can be connected to as soon as its path is known', async () => {
    const many = () => Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(await many()).toEqual(Array(50).fill('0'));
    expect(await many()).toEqual(Array(50).fill('0'));
  });

  it('closes without a byte if nothing listens inside', async () => {
    const received = await new Promise<string>((resolve, reject) => {
      let text = '';
      connect(closedPath)
        .on('data', (data) => (text += data))
        .on('close', () => resolve(text))
        .on('error', reject);
    });
    expect(received).toBe('');
  });

  it('passes on a half-close', async () => {
    const received = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect({ path: socketPath, allowHalfOpen: true }, () =>
        socket.end('POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello'),
      );
      socket
        .on('data', (data) => (text += data))
        .on('end', () => resolve(text))
        .on('error', reject);
    });
    expect(received).toMatch(/^HTTP\/1\.1 200 OK.*\r\n\r\n5$/s);
  });

  it('carries an upgraded connection', async () => {
    const echoed = await new Promise<string>((resolve, reject) => {
      get({ socketPath, headers: { connection: 'Upgrade', upgrade: 'echo' } })
        .on('upgrade', (_, socket) => socket.end('ping').on('data', (data: Buffer) => resolve(String(data))))
        .on('error', reject);
    });
    expect(echoed).toBe('ping');
  });
});
