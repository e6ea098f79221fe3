import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Capability } from '../../../../local/runtime/sandbox/probe';
import { describeWithSandbox } from '../../../rig/sandbox';

/** Runs the probe as root of a namespace in which no user namespaces can be made. */
function probeWithoutUserNamespaces(options: object): Capability {
  const module = join(__dirname, '../../../../local/runtime/sandbox/probe');
  const program = `require(${JSON.stringify(module)}).probe('/tmp', ${JSON.stringify(options)})
    .then((capability) => console.log(JSON.stringify(capability)))`;
  const script = 'mount -t proc proc /proc; echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
  const output = execFileSync(
    'unshare',
    [
      ...['--user', '--map-root-user', '--mount', '--pid', '--fork', 'bash', '-c', script, 'bash'],
      ...[process.execPath, '--require', 'tsx/cjs', '-e', program],
    ],
    { cwd: join(__dirname, '../../../..'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return JSON.parse(output) as Capability;
}

describeWithSandbox('a machine without user namespaces', () => {
  test('is refused, with the remedies', () => {
    expect(probeWithoutUserNamespaces({})).toMatchObject({
      supported: false,
      reason: expect.stringContaining('a user namespace'),
      remedies: expect.arrayContaining([
        'sysctl user.max_user_namespaces=10000',
        expect.stringMatching(/^--trust-commits, if every commit is your own/),
      ]),
    });
  });

  test('runs guests as its root if the user trusts the commits, and says what that means', () => {
    expect(probeWithoutUserNamespaces({ trustCommits: true })).toMatchObject({
      supported: true,
      mode: 'root',
      userNamespaces: false,
      notes: [expect.stringContaining('a commit can read and change what root can')],
    });
  });
});
