import { existsSync, readFileSync } from 'node:fs';

/**
 * Files of /etc that a machine does not inherit, each with its reason. Files that ordinary users of this machine may
 * not read (password hashes, host keys, connection secrets) are never copied, with any name.
 */
const EXCLUDED: readonly { pattern: RegExp; reason: string }[] = [
  {
    pattern: /^\/etc\/systemd\/(system|user)\/[^/]+\.(wants|requires)$/,
    reason: "this machine's services are not the image's",
  },
  { pattern: /^\/etc\/rc\d\.d$/, reason: "this machine's services are not the image's" },
  { pattern: /^\/etc\/(machine-id|hostname|\.pwd\.lock)$/, reason: 'belongs to one machine' },
  { pattern: /^\/etc\/(passwd-|group-|shadow-?|gshadow-?|subuid-?|subgid-?|sudoers)$/, reason: 'made anew' },
  {
    pattern: /^\/etc\/(aws|boto\.cfg|docker|kubernetes|letsencrypt|krb5\.keytab)$/,
    reason: 'credentials of this machine',
  },
];

export function etcExcludes(path: string): boolean {
  return EXCLUDED.some(({ pattern }) => pattern.test(path));
}

/** Files of /etc that a machine has in place of this machine's: name, text, mode. No password opens any account. */
export function emptyEtc(): [name: string, text: string, mode: number][] {
  const names = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes(':'))
      .map((line) => line.split(':')[0] as string);
  const lines = (all: string[]) => all.map((line) => `${line}\n`).join('');
  const files: [string, string, number][] = [
    ['shadow', lines(names('/etc/passwd').map((name) => `${name}:*:19000:0:99999:7:::`)), 0o600],
    ['gshadow', lines(names('/etc/group').map((name) => `${name}:*::`)), 0o600],
    ['machine-id', '', 0o644],
    ['hostname', '', 0o644],
    ['subuid', '', 0o644],
    ['subgid', '', 0o644],
  ];
  // With sudo installed: build commands use it even though they run as root.
  if (existsSync('/etc/sudoers'))
    files.push(['sudoers', 'root ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n', 0o440]);
  return files;
}
