import { existsSync } from 'node:fs';
import { type StepRig, stepRig } from './step';

let rig: StepRig;
beforeEach(() => {
  rig = stepRig();
});
afterEach(() => rig.end());

test('all commands run as one bash script, whose last exit code counts (D10)', async () => {
  const commands = ['name=world', 'false', 'echo "hello $name"', 'echo problem >&2'];
  expect(await rig.run('ExecuteBash', { commands })).toEqual({ outputs: { stdout: 'hello world' } });
  expect(rig.printed.join('')).toContain('problem');
  await expect(rig.run('ExecuteBash', { commands: ['exit 7'] })).rejects.toThrow('exit status 7');
});

test('exit code 194 reboots and then runs the same step again (D11)', async () => {
  expect(await rig.run('ExecuteBash', { commands: ['exit 194'] })).toEqual({ reboot: 'same-step' });
  expect(await rig.run('ExecuteBinary', { path: 'bash', arguments: ['-c', 'exit 194'] })).toEqual({
    reboot: 'same-step',
  });
});

test('the Reboot action continues with the next step, after its delay (D11)', async () => {
  expect(await rig.run('Reboot', { delaySeconds: 1 })).toEqual({ reboot: 'next-step' });
});

test('ExecuteBinary passes its arguments unchanged (D9)', async () => {
  const inputs = { path: '/bin/echo', arguments: ['$HOME', 'a b'] };
  expect(await rig.run('ExecuteBinary', inputs)).toEqual({ outputs: { stdout: '$HOME a b' } });
  await expect(rig.run('ExecuteBinary', { path: '/no/such/binary' })).rejects.toThrow('ENOENT');
});

test('a step that times out is killed with all its processes (D2)', async () => {
  const commands = [
    `(trap '' TERM; while :; do sleep 0.1; done) &`,
    'echo started',
    `wait; touch ${rig.path('survived')}`,
  ];
  const running = rig.run('ExecuteBash', { commands });
  while (!rig.printed.join('').includes('started')) await new Promise(setImmediate);
  rig.controller.abort();
  await expect(running).rejects.toThrow('exit status 1');
  expect(existsSync(rig.path('survived'))).toBe(false);
});

test('a background process does not delay the step (D10)', async () => {
  const result = await rig.run('ExecuteBash', { commands: ['sleep 20 & echo "$!"'] });
  const pid = 'outputs' in result ? Number(result.outputs['stdout']) : 0;
  expect(process.kill(pid, 'SIGKILL')).toBe(true);
});
