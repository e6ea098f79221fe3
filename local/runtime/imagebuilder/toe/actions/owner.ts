import { chmodSync, chownSync, lchownSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ActionInput, DONE, type StepAction } from '../action';

export const setFileOwner: StepAction = async (input) => {
  requireKind(input.text('path'), 'file');
  setOwner(input.text('path'), input.text('owner'), input.optional('group'));
  return DONE;
};

export const setFolderOwner: StepAction = async (input) => {
  const { uid, gid } = ownerIds(input.text('owner'), input.optional('group'));
  for (const path of folderAndContents(input)) lchownSync(path, uid, gid);
  return DONE;
};

export const setFilePermissions: StepAction = async (input) => {
  requireKind(input.text('path'), 'file');
  chmodSync(input.text('path'), input.mode('permissions') ?? 0);
  return DONE;
};

export const setFolderPermissions: StepAction = async (input) => {
  const mode = input.mode('permissions') ?? 0;
  // Contents first: the mode may remove the right to enter the folder.
  for (const path of folderAndContents(input).reverse()) if (!lstatSync(path).isSymbolicLink()) chmodSync(path, mode);
  return DONE;
};

/** Names or numbers. Without a group: the user's own. */
export function setOwner(path: string, owner: string | undefined, group: string | undefined): void {
  if (owner === undefined && group === undefined) return;
  const now = statSync(path);
  const { uid, gid } = owner === undefined ? { uid: now.uid, gid: groupId(group ?? '') } : ownerIds(owner, group);
  chownSync(path, uid, gid);
}

function ownerIds(owner: string, group: string | undefined): { uid: number; gid: number } {
  const user = entries('/etc/passwd').find((fields) => fields[0] === owner || fields[2] === owner);
  if (!user && !/^\d+$/.test(owner)) throw new Error(`there is no user '${owner}'`);
  const gid = group === undefined ? Number(user?.[3] ?? owner) : groupId(group);
  return { uid: Number(user?.[2] ?? owner), gid };
}

function groupId(group: string): number {
  if (/^\d+$/.test(group)) return Number(group);
  const found = entries('/etc/group').find((fields) => fields[0] === group);
  if (!found) throw new Error(`there is no group '${group}'`);
  return Number(found[2]);
}

function entries(file: string): string[][] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.map((line) => line.split(':'));
}

function folderAndContents(input: ActionInput): string[] {
  const folder = requireKind(input.text('path'), 'folder');
  if (!input.flag('recursive', true)) return [folder];
  const inside = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return [folder, ...inside.map((path) => join(folder, path))];
}

function requireKind(path: string, kind: 'file' | 'folder'): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && found.isDirectory() === (kind === 'folder')) return path;
  throw new Error(`the ${kind} ${path} does not exist`);
}
