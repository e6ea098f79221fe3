import { readFileSync } from 'node:fs';

/** A line of /etc/passwd. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Throws if the user does not exist. `user` is a name or a number. */
export function accountOf(user: string): Account {
  for (const [name, , uid, gid, , home, shell] of table('/etc/passwd')) {
    if (name === user || uid === user) {
      return { name: name as string, uid: Number(uid), gid: Number(gid), home: home || '/', shell: shell || '/bin/sh' };
    }
  }
  throw new Error(`no user ${user}`);
}

/** Throws if the group does not exist. `group` is a name or a number. */
export function groupIdOf(group: string): number {
  const line = table('/etc/group').find(([name, , gid]) => name === group || gid === group);
  if (!line) throw new Error(`no group ${group}`);
  return Number(line[2]);
}

function table(file: string): string[][] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
}
