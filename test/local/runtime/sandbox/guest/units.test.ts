import type { Machine } from '../../../../../local/kernel/machines';
import { describeWithSandbox, type SandboxRig, sandboxRig, shell } from '../../../../rig/sandbox';

jest.setTimeout(60_000);

describeWithSandbox('units in a machine', () => {
  let rig: SandboxRig;
  let machine: Machine;
  beforeAll(async () => {
    rig = sandboxRig();
    machine = await rig.sandboxes.boot(rig.spec('m'));
    await shell(machine, 'useradd --system --no-create-home app');
  });
  afterAll(() => rig.end());

  /** Writes a unit's file; `service` is the text of its `[Service]` section. */
  const unit = (name: string, service: string, rest = '') =>
    shell(machine, `cat > /etc/systemd/system/${name}.service`, {
      input: `[Unit]\nDescription=The ${name}\n${rest}\n[Service]\n${service}\n[Install]\nWantedBy=multi-user.target\n`,
    });
  const run = async (command: string) => (await shell(machine, command)).output;
  const shown = async (name: string, properties: string) =>
    (await run(`systemctl show ${name} -p ${properties}`)).trim().split('\n');

  it('are enabled and disabled by links, without starting', async () => {
    await unit('link', 'ExecStart=/usr/bin/sleep 1000');
    expect(await run('systemctl is-enabled link')).toBe('disabled\n');
    expect(await run('systemctl enable link')).toBe(
      'Created symlink /etc/systemd/system/multi-user.target.wants/link.service → /etc/systemd/system/link.service.\n',
    );
    expect(await run('systemctl is-enabled link.service; systemctl is-active link; echo $?')).toBe(
      'enabled\ninactive\n3\n',
    );
    expect(await run('systemctl disable link; systemctl is-enabled link')).toBe(
      'Removed "/etc/systemd/system/multi-user.target.wants/link.service".\ndisabled\n',
    );
    expect(await shell(machine, 'systemctl enable nothing')).toEqual({
      output: 'Failed to enable unit: Unit file nothing.service does not exist.\n',
      exitCode: 1,
    });
  });

  it('run as their user, in their directory, with their environment and directories', async () => {
    await run('echo \'FROM_FILE="a b"\' > /etc/env');
    await unit(
      'dressed',
      `Type=oneshot
RemainAfterExit=yes
User=app
WorkingDirectory=/usr
Environment=ONE=1 "TWO=2 2"
EnvironmentFile=/etc/env
EnvironmentFile=-/etc/absent
StateDirectory=dressed
RuntimeDirectory=dressed
NoNewPrivileges=true
ExecStart=/bin/sh -c 'id -un; pwd; echo $ONE $TWO $FROM_FILE $AWS_REGION; echo $STATE_DIRECTORY $RUNTIME_DIRECTORY; stat -c %%U $STATE_DIRECTORY; grep NoNewPrivs /proc/self/status' $ONE`,
    );
    expect(await run('systemctl start dressed; echo $?')).toBe('0\n');
    expect(await run('journalctl -u dressed -o cat --no-pager')).toBe(
      'app\n/usr\n1 2 2 a b eu-west-1\n/var/lib/dressed /run/dressed\napp\nNoNewPrivs:\t1\nFinished dressed.service - The dressed.\n',
    );
    expect(await shown('dressed', 'ActiveState,SubState')).toEqual(['ActiveState=active', 'SubState=exited']);
    await run('systemctl stop dressed');
    expect(await run('ls -d /run/dressed /var/lib/dressed 2>/dev/null')).toBe('/var/lib/dressed\n');
  });

  it('are restarted when they fail, at most five times within ten seconds', async () => {
    await unit('failing', `ExecStart=/bin/sh -c 'echo trying; exit 3'\nRestart=always\nRestartSec=10ms`);
    await run('systemctl start failing');
    await rig.said(/^systemd\[1\]: Failed to start failing.service/);
    expect(await shown('failing', 'ActiveState,SubState,Result,NRestarts,ExecMainStatus')).toEqual([
      'ActiveState=failed',
      'SubState=failed',
      'Result=exit-code',
      'NRestarts=5',
      'ExecMainStatus=3',
    ]);
    expect((await run('journalctl -u failing -n 4 --no-pager -o cat')).trim().split('\n')).toEqual([
      'failing.service: Scheduled restart job, restart counter is at 5.',
      'failing.service: Start request repeated too quickly.',
      "failing.service: Failed with result 'exit-code'.",
      'Failed to start failing.service - The failing.',
    ]);
    expect((await run('journalctl -u failing -o cat')).match(/^trying$/gm)).toHaveLength(5);
    expect(await run('systemctl is-failed failing')).toBe('failed\n');
  });

  it('pass their result to ExecStopPost=, which may start another unit without waiting for it', async () => {
    await unit('told', `Type=oneshot\nExecStart=/bin/sh -c 'echo begun; sleep 1234'`);
    await unit(
      'ending',
      `ExecStart=/bin/sh -c 'sleep 0.1; exit 3'\nExecStopPost=+/bin/sh -c 'echo "result $$SERVICE_RESULT"; [ "$$SERVICE_RESULT" = success ] || systemctl start --no-block told'`,
    );
    await run('systemctl start ending');
    await rig.said(/^systemd\[1\]: ending.service: Failed with result/);
    await rig.said(/: begun$/);
    expect(await run('journalctl -u ending -o cat --no-pager')).toContain('result exit-code\n');
    expect(await shown('told', 'ActiveState')).toEqual(['ActiveState=activating']);
    await run('systemctl stop told');
    await unit('ended', `ExecStart=/bin/sleep 1000\nExecStopPost=/bin/sh -c 'echo "result $$SERVICE_RESULT"'`);
    await run('systemctl start ended; systemctl stop ended');
    expect(await run('journalctl -u ended -o cat --no-pager')).toContain('result success\n');
  });

  it('run their ExecStopPost= once if they are stopped during it', async () => {
    await unit(
      'leaving',
      `ExecStart=/bin/sh -c 'exit 3'\nExecStopPost=/bin/sh -c 'echo "result $$SERVICE_RESULT, leaving"; until [ -e /tmp/go ]; do sleep 0.01; done'`,
    );
    await run('systemctl start leaving');
    await rig.said(/: result exit-code, leaving$/);
    await run('systemctl stop leaving & sleep 0.2; touch /tmp/go; wait');
    expect((await run('journalctl -u leaving -o cat')).match(/leaving$/gm)).toHaveLength(1);
    expect(await shown('leaving', 'ActiveState,Result')).toEqual(['ActiveState=failed', 'Result=exit-code']);
  });

  it('are stopped by their signal, and killed after their time-out', async () => {
    await unit(
      'polite',
      `ExecStart=/bin/bash -c 'trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.01; done'`,
    );
    await unit('deaf', `ExecStart=/bin/bash -c 'trap "" TERM; while :; do sleep 0.01; done'\nTimeoutStopSec=200ms`);
    await run('systemctl start polite deaf');
    await rig.said(/: up$/);
    await run('systemctl stop polite deaf');
    expect(await run('journalctl -u polite -o cat')).toContain('bye\n');
    expect(await shown('polite', 'ActiveState,Result')).toEqual(['ActiveState=inactive', 'Result=success']);
    expect(await shown('deaf', 'ActiveState,Result')).toEqual(['ActiveState=failed', 'Result=timeout']);
  });

  it('end with all processes that they started', async () => {
    await unit('forker', `ExecStart=/bin/bash -c '(setsid sleep 4321 &); exec sleep 1234'`);
    await run('systemctl start forker; sleep 0.1');
    expect(await run('pgrep -fc "sleep [4]321"')).toBe('1\n');
    await run('systemctl stop forker');
    expect(await run('pgrep -fc "sleep [4]321"; pgrep -fc "sleep [1]234"')).toBe('0\n0\n');
  });

  it('fail, with systemd’s status, if their program, user or directory is missing', async () => {
    await unit('no-program', 'ExecStart=/no/such/program');
    await unit('no-user', 'ExecStart=/bin/true\nUser=nobody-of-this-name');
    await unit('no-directory', 'ExecStart=/bin/true\nWorkingDirectory=/nowhere');
    await run('systemctl start no-program no-user no-directory; sleep 0.2');
    for (const [name, status] of [
      ['no-program', 203],
      ['no-user', 217],
      ['no-directory', 200],
    ]) {
      expect(await shown(`${name}`, 'ActiveState,ExecMainStatus')).toEqual([
        'ActiveState=failed',
        `ExecMainStatus=${status}`,
      ]);
    }
  });

  it('do not start if their ExecStartPre fails', async () => {
    await unit(
      'checked',
      `ExecStartPre=-/bin/false\nExecStartPre=/bin/sh -c 'echo not ready; exit 1'\nExecStart=/bin/echo started`,
    );
    expect(await shell(machine, 'systemctl start checked')).toEqual({
      output:
        'Job for checked.service failed. See "systemctl status checked.service" and "journalctl -u checked.service" for details.\n',
      exitCode: 1,
    });
    expect(await run('journalctl -u checked -o cat')).not.toContain('started');
  });

  it('are refused by name if the init does not support their settings', async () => {
    await unit('notifier', 'Type=notify\nExecStart=/usr/bin/sleep 1000');
    expect((await shell(machine, 'systemctl start notifier')).exitCode).toBe(1);
    expect(await run('journalctl -u notifier -o cat -n 3')).toContain(
      "Type=notify is not supported by the local machine's init",
    );
    expect(await shell(machine, 'systemctl mask notifier')).toEqual({
      output: 'systemctl: mask is not supported inside a local machine\n',
      exitCode: 1,
    });
    expect((await shell(machine, 'journalctl -f -u notifier')).output).toBe(
      'journalctl: -f is not supported inside a local machine\n',
    );
  });

  it('report once which of their settings have no effect', async () => {
    await unit('hardened', 'Type=oneshot\nExecStart=/bin/true\nProtectSystem=strict\nPrivateTmp=yes\nMystery=1');
    await run('systemctl start hardened; systemctl start hardened');
    expect(rig.console.filter((line) => line.includes('hardened.service: not enforced'))).toEqual([
      'systemd[1]: hardened.service: not enforced by the local machine: ProtectSystem, PrivateTmp',
    ]);
    expect(rig.console).toContain('systemd[1]: hardened.service: unknown keys are ignored: Mystery');
  });

  it('can have drop-ins, and come from templates', async () => {
    await unit('echo@', 'Type=oneshot\nExecStart=/bin/echo from the file');
    await run(
      'mkdir -p /etc/systemd/system/echo@.service.d; printf "[Service]\\nExecStart=\\nExecStart=/bin/echo instance %%i\\n" > /etc/systemd/system/echo@.service.d/a.conf',
    );
    await run('systemctl start echo@blue');
    expect(await run('journalctl -u echo@blue -o cat -n 3')).toMatch(/^instance blue\n/);
  });
});
