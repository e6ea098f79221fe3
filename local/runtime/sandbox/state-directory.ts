import { UserMistake } from '../../kernel/failure';

/** The directories of this machine that a sandbox lays its own over. */
export const OVERLAID = ['usr', 'etc', 'opt', 'srv', 'var'] as const;

/**
 * Refuses a directory that cannot hold sandboxes: one inside a directory over which machines mount theirs (the kernel
 * answers ELOOP to a layer below itself), or one whose name overlay's mount options cannot contain. `place` names the
 * setting.
 */
export function checkStateDirectory(directory: string, place = 'state directory'): void {
  if (!directory.startsWith('/')) throw new UserMistake(place, `${directory} is not an absolute path`);
  const top = directory.split('/')[1] as string;
  if (top === '' || (OVERLAID as readonly string[]).includes(top)) {
    throw new UserMistake(
      place,
      `${directory} is inside /${top}, which sandboxes lay their own files over`,
      'choose a directory under /home, /tmp, /root or another one of your own',
    );
  }
  if (/[\s,:\\"']/.test(directory)) {
    throw new UserMistake(
      place,
      `${directory} has a space, comma, colon, backslash or quote in its name, which mount options cannot carry`,
      'choose a directory without them',
    );
  }
}
