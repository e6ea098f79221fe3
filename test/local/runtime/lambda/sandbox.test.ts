import { execFileSync } from 'node:child_process';
import { describeWithSandbox, type SandboxRig, sandboxRig } from '../../../rig/sandbox';
import { type LambdaRig, lambdaRig, until } from './lambda-rig';

jest.setTimeout(60_000);

describeWithSandbox('a function in its sandbox', () => {
  let sandbox: SandboxRig;
  let rig: LambdaRig;
  beforeAll(() => {
    sandbox = sandboxRig();
  });
  beforeEach(() => {
    rig = lambdaRig({ processes: sandbox.sandboxes });
  });
  afterEach(() => rig.end());
  afterAll(() => sandbox.end());

  const shell = (command: string) => `
    const { spawnSync } = require('node:child_process');
    const { stdout, stderr } = spawnSync('bash', ['-c', ${JSON.stringify(command)}], { encoding: 'utf8' });
    return (stdout + stderr).trim();`;

  test('finds the AWS SDK of the runtime, and no other package of this project', async () => {
    await rig.handler(`
      const found = (name) => { try { require(name); return true; } catch { return false; } };
      return ['@aws-sdk/client-ssm', 'yaml', 'jest'].map(found);`);
    expect((await rig.invoke()).payload).toEqual([true, false, false]);
  });

  test('has its code where Lambda has it, and cannot change it', async () => {
    await rig.handler(shell('pwd; ls /var/task; echo x > /var/task/index.js; echo kept > /tmp/file && cat /tmp/file'));
    expect((await rig.invoke()).payload).toMatch(
      /^\/var\/task\nindex\.js\nkept\nbash: .*\/var\/task\/index\.js: Read-only file system$/,
    );
  });

  test('sees no home directory, no state of the run, and no process of the host', async () => {
    await rig.handler(shell(`ls -A /root /home; ls ${sandbox.directory}; ls /proc | grep -c '^[0-9]'`));
    expect((await rig.invoke()).payload).toMatch(/^\/home:\n\n\/root:\n[3-9]\nls: cannot access '.*': No such file/);
  });

  test('gets its variables, and those that a shell keeps for itself end nothing', async () => {
    await rig.handler('return [process.env.GREETING, process.env._HANDLER, process.env.LD_DEBUG];', {
      variables: { GREETING: "it's\nhere $HOME", UID: '5', SHELLOPTS: 'noexec' },
    });
    expect((await rig.invoke()).payload).toEqual(["it's\nhere $HOME", 'index.handler', null]);
  });

  test('leaves no process behind, not even one in a session of its own', async () => {
    await rig.handler(shell('setsid sleep 54321 > /dev/null 2>&1 & sleep 0.1; pgrep -xc sleep'));
    expect((await rig.invoke()).payload).toBe('1');
    await sandbox.sandboxes.stop();
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain('sleep 54321');
  });

  test.each([
    ['no JSON', '"{\\n"'],
    ['another kind', '"{\\"type\\":\\"__proto__\\"}\\n"'],
    ['a field of another type', '"{\\"type\\":\\"log\\",\\"text\\":{}}\\n"'],
    ['null', '"null\\n"'],
  ])('is ended by a malformed message on its channel, and the runtime goes on: %s', async (_what, message) => {
    await rig.handler(
      `if (event.bad) { require('node:fs').writeSync(3, ${message}); await new Promise(() => {}); } return 'well';`,
    );
    const { payload, functionError } = await rig.invoke({ bad: true });
    expect(functionError).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect((await rig.invoke()).payload).toBe('well');
  });

  test('is ended by a message without an end', async () => {
    await rig.handler(`
      const data = Buffer.alloc(1024 * 1024, 'x');
      const { writeSync } = require('node:fs');
      for (;;) {
        try {
          writeSync(3, data);
        } catch (error) {
          if (error.code !== 'EAGAIN') throw error;
          await new Promise(setImmediate);
        }
      }`);
    expect((await rig.invoke()).payload).toMatchObject({ errorType: 'Runtime.ExitError' });
  });

  test('ends with its process, which reports the signal', async () => {
    await rig.handler("process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});");
    const { payload } = await rig.invoke();
    expect(payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching('signal: SIGKILL'),
    });
    await until(() => sandbox.sandboxes['machines'].size === 0);
  });
});
