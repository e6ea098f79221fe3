import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitLayer } from '../../../../local/runtime/sandbox/layers';
import { describeWithSandbox, type SandboxRig, sandboxRig, shell } from '../../../rig/sandbox';

jest.setTimeout(60_000);

describeWithSandbox('a layer', () => {
  let rig: SandboxRig;
  beforeAll(() => {
    rig = sandboxRig();
  });
  afterAll(() => rig.end());

  /** Runs a command in a machine over `layers` and makes what it changed a layer. */
  async function bake(name: string, layers: string[], command: string) {
    const spec = rig.spec(name, { layers });
    const machine = await rig.sandboxes.boot(spec);
    const { output, exitCode } = await shell(machine, command);
    expect({ output, exitCode }).toEqual({ output: '', exitCode: 0 });
    await machine.shutdown(1000);
    const layer = join(rig.directory, 'layers', name);
    return { layer, summary: await commitLayer(spec.writable, layer) };
  }

  async function look(layers: string[], command: string): Promise<string> {
    const machine = await rig.sandboxes.boot(
      rig.spec('looker', { layers, writable: join(rig.directory, 'writable', `l${layers.length}`) }),
    );
    const { output } = await shell(machine, command);
    await machine.kill();
    return output;
  }

  it('has the changes of a machine: files, owners, modes, and removals', async () => {
    const { layer, summary } = await bake(
      'first',
      [],
      `useradd --system -m app; install -o app -m 640 -D /dev/null /opt/app/secret; echo 1234 > /srv/file; mkdir /data; echo top > /data/x
       rm /usr/bin/unzip; rm -rf /usr/share/doc; mkdir /usr/share/doc; touch /usr/share/doc/only`,
    );
    expect(summary.removed).toBeGreaterThanOrEqual(1);
    expect(summary.files).toBeGreaterThan(4);
    expect(summary.bytes).toBeGreaterThan(9);
    expect(
      await look(
        [layer],
        'stat -c "%U %a %n" /opt/app/secret /home/app; cat /srv/file /data/x; ls /usr/share/doc; ls /usr/bin/unzip 2>&1; ls /usr/bin/bash',
      ),
    ).toBe(
      "app 640 /opt/app/secret\napp 700 /home/app\n1234\ntop\nonly\nls: cannot access '/usr/bin/unzip': No such file or directory\n/usr/bin/bash\n".replace(
        '700',
        String(
          statSync(join(layer, 'home', 'app'))
            .mode.toString(8)
            .slice(-3),
        ),
      ),
    );
  });

  it('lies above others, the nearest first', async () => {
    const first = join(rig.directory, 'layers', 'first');
    const { layer } = await bake(
      'second',
      [first],
      'echo 5678 > /srv/file; rm -r /data; rm /home/app/.bashrc 2>/dev/null || true',
    );
    expect(await look([layer, first], 'cat /srv/file; ls -d /data 2>/dev/null; id -un app')).toBe('5678\napp\n');
    expect(await look([first], 'cat /srv/file')).toBe('1234\n');
  });

  it('leaves out logs, temporary files and what belongs to one machine', async () => {
    const { layer } = await bake(
      'clean',
      [],
      'mkdir /var/log/kept; echo x > /var/log/kept/file; echo x > /var/log/app.log; echo x > /tmp/file; echo x > /var/tmp/file; echo id > /etc/machine-id; echo x > /root/.bash_history',
    );
    expect(existsSync(join(layer, 'var/log/kept'))).toBe(true);
    for (const path of [
      'var/log/kept/file',
      'var/log/app.log',
      'var/tmp/file',
      'rest/tmp/file',
      'etc/machine-id',
      'root/.bash_history',
    ]) {
      expect([path, existsSync(join(layer, path))]).toEqual([path, false]);
    }
  });

  it('leaves the host as it is if the machine has put links to it in place of directories', async () => {
    const host = join(rig.directory, 'host');
    for (const path of ['cloud/data', 'systemd/random-seed', 'file.log']) {
      mkdirSync(join(host, path, '..'), { recursive: true });
      writeFileSync(join(host, path), 'of the host');
    }
    const links = ['/var/lib/cloud', '/var/log', '/var/lib', '/var/lib/systemd', '/etc/machine-id'];
    for (const [index, path] of links.entries()) {
      const spec = rig.spec(`linker${index}`);
      const machine = await rig.sandboxes.boot(spec);
      await shell(machine, `rm -rf ${path}; ln -s ${host} ${path}`);
      await machine.shutdown(1000);
      await commitLayer(spec.writable, join(rig.directory, 'layers', `linked${index}`));
    }
    expect(readdirSync(host, { recursive: true }).sort()).toEqual([
      'cloud',
      'cloud/data',
      'file.log',
      'systemd',
      'systemd/random-seed',
    ]);
  });

  it('lets a machine boot that has links in place of its directories, or refuses it, and writes nothing to the host', async () => {
    const host = join(rig.directory, 'goal');
    mkdirSync(host);
    for (const [index, path] of ['tmp', 'dev', 'run', 'var/tmp', 'proc'].entries()) {
      const layer = join(rig.directory, 'layers', `hostile${index}`);
      const [part, name] = path.includes('/') ? ['var', 'tmp'] : ['rest', path];
      mkdirSync(join(layer, part), { recursive: true });
      symlinkSync(host, join(layer, part, name));
      const id = `victim${index}`;
      await expect(rig.sandboxes.boot(rig.spec(id, { layers: [layer] }))).rejects.toThrow(
        `machine ${id} did not boot: /${path}: it is a link, or below one`,
      );
    }
    expect(readdirSync(host)).toEqual([]);
  });

  it('is not created twice, nor without changes', async () => {
    await expect(commitLayer(join(rig.directory, 'nowhere'), join(rig.directory, 'layers', 'x'))).rejects.toThrow(
      "holds no machine's files",
    );
    const { writable } = rig.spec('third');
    const machine = await rig.sandboxes.boot(rig.spec('third'));
    await machine.kill();
    await expect(commitLayer(writable, join(rig.directory, 'layers', 'first'))).rejects.toThrow('exists already');
  });

  it('brings its enabled units to a machine, which starts them at boot and stops them at its end', async () => {
    const { layer } = await bake(
      'service',
      [],
      `printf "[Service]\\nExecStart=/bin/bash -c 'trap \\"echo drained; exit 0\\" TERM; echo serving; while :; do sleep 0.01; done'\\n[Install]\\nWantedBy=multi-user.target\\n" > /etc/systemd/system/app.service
       systemctl enable app --quiet`,
    );
    const machine = await rig.sandboxes.boot(rig.spec('server', { layers: [layer], init: 'units' }));
    await rig.said(/serving$/);
    await machine.shutdown(5000);
    expect(await machine.ended).toBe('shut-down');
    await rig.said(/drained$/);
  });
});
