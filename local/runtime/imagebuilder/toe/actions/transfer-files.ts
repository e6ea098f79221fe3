import { cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ActionInput, DONE, type StepAction } from '../action';
import { expand } from './wildcard';

export const copyFile: StepAction = async (input) => transfer(input, 'file', copy);
export const copyFolder: StepAction = async (input) => transfer(input, 'folder', copy);
export const moveFile: StepAction = async (input) => transfer(input, 'file', move);
export const moveFolder: StepAction = async (input) => transfer(input, 'folder', move);

type Kind = 'file' | 'folder';

/** Each matching source goes to the destination, or into it if it ends with `/`; parents are created. */
function transfer(input: ActionInput, kind: Kind, how: (from: string, to: string) => void): typeof DONE {
  const source = input.text('source');
  const destination = input.text('destination');
  const sources = expand(source).filter((path) => statSync(path).isDirectory() === (kind === 'folder'));
  if (sources.length === 0) throw new Error(`the source ${kind} ${source} does not exist`);
  const intoFolder = destination.endsWith('/') || (kind === 'file' && isFolder(destination));
  if (sources.length > 1 && !intoFolder)
    throw new Error(`${source} is more than one ${kind}: end the destination with '/'`);
  for (const from of sources) {
    const to = intoFolder ? join(destination, basename(from)) : destination;
    if (existsSync(to) && !input.flag('overwrite', true)) throw new Error(`${to} exists and 'overwrite' is false`);
    mkdirSync(dirname(to), { recursive: true });
    how(from, to);
  }
  return DONE;
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: false, verbatimSymlinks: true });
}

function move(from: string, to: string): void {
  if (existsSync(to) && isFolder(to)) {
    copy(from, to);
    return rmSync(from, { recursive: true });
  }
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    copy(from, to);
    rmSync(from, { recursive: true });
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
