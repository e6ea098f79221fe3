import { checkEnvironments } from './check-environments';
import { checkMails } from './check-mails';
import { checkPlace } from './check-place';
import { checkInstanceType } from './instance-type';
import { Mistakes } from './mistakes';
import type { Settings } from './types';

/** Returns the settings, or throws one `SettingsMistake` that names every mistake. */
export function checkSettings(value: unknown): Settings {
  const mistakes = new Mistakes();
  const root = mistakes.object('settings', value, {
    needed: ['name', 'source', 'image', 'environments'],
    optional: ['account', 'region', 'executionMode', 'notify'],
  });
  if (root) {
    mistakes.text('name', root.name, {
      pattern: /^(?!aws|ssm)(?!.*--)[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
      right:
        '2 to 32 lower-case letters, digits and single hyphens, starting with a letter, and not with "aws" or "ssm"',
    });
    checkSource(mistakes, root.source);
    const architecture = checkImage(mistakes, root.image);
    if (root.executionMode !== undefined) {
      // In PARALLEL two executions would deploy the one image stack concurrently, and the second would fail (A17).
      const form = { pattern: /^(SUPERSEDED|QUEUED)$/, right: '"SUPERSEDED" or "QUEUED"' };
      mistakes.text('executionMode', root.executionMode, form);
    }
    if (root.notify !== undefined) checkMails(mistakes, 'notify', root.notify);
    const home = { account: root.account, region: root.region };
    checkPlace(mistakes, '', home);
    checkEnvironments(mistakes, root.environments, { architecture, home });
  }
  mistakes.throwIfAny();
  return value as Settings;
}

function checkSource(mistakes: Mistakes, value: unknown): void {
  const source = mistakes.object('source', value, { needed: ['repository', 'branch'] });
  if (!source) return;
  mistakes.text('source.repository', source.repository, {
    pattern: /^(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]{1,100}$/,
    right: 'up to 100 letters, digits, ".", "_" and "-", not "." or "..", and not ending in ".git"',
  });
  // Narrower than git: the branch becomes a tag and part of an event pattern. The parts of the name are those of
  // `git check-ref-format`.
  mistakes.text('source.branch', source.branch, {
    pattern: /^(?!HEAD$)(?!.*(\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$))[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/,
    right:
      'up to 100 letters, digits, ".", "_", "/" and "-"; not "HEAD", no ".." or "//", no part that begins with "." or ends with ".lock", and no "." or "/" at the end',
  });
}

/** Returns the architecture if it is a valid one. */
function checkImage(mistakes: Mistakes, value: unknown): string | undefined {
  const image = mistakes.object('image', value, { needed: ['architecture', 'version', 'instanceType'] });
  if (!image) return undefined;
  const { architecture } = image;
  const known = mistakes.text('image.architecture', architecture, {
    pattern: /^(arm64|x86_64)$/,
    right: '"arm64" or "x86_64"',
  });
  mistakes.text('image.version', image.version, {
    pattern: /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/,
    right: '"major.minor", as "1.0"; the pipeline counts the patch number',
  });
  checkInstanceType(mistakes, 'image.instanceType', { value: image.instanceType, architecture });
  return known ? String(architecture) : undefined;
}
