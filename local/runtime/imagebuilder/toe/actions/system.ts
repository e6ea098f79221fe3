import { existsSync, readFileSync } from 'node:fs';
import { type ActionContext, DONE, type StepAction } from '../action';
import { runChild } from '../child';
import { findBinary } from '../facts';

export const reboot: StepAction = async (input, { clock, signal }) => {
  await clock.sleep(input.whole('delaySeconds', 0) * 1000, signal);
  return { reboot: 'next-step' };
};

/** Updates with yum or apt-get, like AWSTOE; refused if AWSTOE refuses (Amazon Linux 2023, or neither of both). */
export const updateOs: StepAction = async (input, context) => {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (/^ID="?amzn"?$/m.test(release) && /^VERSION_ID="?2023/m.test(release)) {
    throw new Error('UpdateOS does not support Amazon Linux 2023: bake from a newer parent image instead');
  }
  const [include, exclude] = [input.texts('include'), input.texts('exclude')];
  if (findBinary('yum')) {
    await run(['yum', 'update', '-y', ...exclude.map((name) => `--exclude=${name}`), ...include], context);
  } else if (findBinary('apt-get')) {
    await updateWithApt(include, exclude, context);
  } else {
    throw new Error('UpdateOS needs yum or apt-get, and this machine has neither');
  }
  return DONE;
};

async function updateWithApt(include: string[], exclude: string[], context: ActionContext): Promise<void> {
  await run(['apt-get', 'update'], context);
  if (exclude.length > 0) await run(['apt-mark', 'hold', ...exclude], context);
  try {
    const wanted = include.filter((name) => !exclude.includes(name));
    if (include.length === 0) await run(['apt-get', 'upgrade', '-y'], context);
    else if (wanted.length > 0) await run(['apt-get', 'install', '-y', '--only-upgrade', ...wanted], context);
  } finally {
    if (exclude.length > 0) await run(['apt-mark', 'unhold', ...exclude], context);
  }
}

async function run(command: [string, ...string[]], context: ActionContext): Promise<void> {
  const { code } = await runChild(command, context, { DEBIAN_FRONTEND: 'noninteractive' });
  if (code !== 0) throw new Error(`${command.join(' ')}: exit status ${code}`);
}
