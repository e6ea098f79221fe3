import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DONE, type StepAction } from '../action';
import { decode, encode } from './encoding';
import { setOwner } from './owner';
import { expand, wildcard } from './wildcard';

export const appendFile: StepAction = async (input) => {
  const path = existing(input.text('path'), 'file');
  appendFileSync(path, encode(input.optional('content') ?? '', input.optional('encoding')));
  return DONE;
};

export const createFile: StepAction = async (input) => {
  const path = input.text('path');
  if (existsSync(path) && !input.flag('overwrite', true)) throw new Error(`${path} exists and 'overwrite' is false`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, encode(input.optional('content') ?? '', input.optional('encoding')));
  setMode(path, input.mode('permissions'));
  setOwner(path, input.optional('owner'), input.optional('group'));
  return DONE;
};

/**
 * AWS documents that an existing folder is "truncated or overwritten" unless `overwrite` is false. The fate of its
 * files is not documented, so a folder with files is refused instead of guessed.
 */
export const createFolder: StepAction = async (input) => {
  const path = input.text('path');
  if (existsSync(path)) {
    if (!input.flag('overwrite', true)) throw new Error(`${path} exists and 'overwrite' is false`);
    if (readdirSync(existing(path, 'folder')).length > 0) {
      throw new Error(
        `${path} exists and is not empty: AWS would truncate it. Remove it with DeleteFolder, or leave this step out`,
      );
    }
  }
  mkdirSync(path, { recursive: true });
  setMode(path, input.mode('permissions'));
  setOwner(path, input.optional('owner'), input.optional('group'));
  return DONE;
};

export const createSymlink: StepAction = async (input) => {
  const path = resolve(input.text('path'));
  const target = input.text('target');
  if (!existsSync(resolve(dirname(path), target))) throw new Error(`the target ${target} does not exist`);
  const present = lstatSync(path, { throwIfNoEntry: false });
  if (present && !present.isSymbolicLink()) throw new Error(`${path} exists and is not a symbolic link`);
  if (present && !input.flag('force', false)) throw new Error(`the link ${path} exists and 'force' is false`);
  if (present) unlinkSync(path);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
  return DONE;
};

export const deleteFile: StepAction = async (input) => {
  const path = input.text('path');
  const files = expand(path).filter((file) => !lstatSync(file).isDirectory());
  if (files.length === 0 && !path.includes('*')) throw new Error(`the file ${path} does not exist`);
  for (const file of files) unlinkSync(file);
  return DONE;
};

export const deleteFolder: StepAction = async (input) => {
  const path = existing(input.text('path'), 'folder');
  if (input.flag('force', false)) rmSync(path, { recursive: true });
  else rmdirSync(path);
  return DONE;
};

export const listFiles: StepAction = async (input) => {
  const path = existing(input.text('path'), 'folder');
  const pattern = wildcard(input.optional('fileNamePattern') ?? '*');
  const entries = readdirSync(path, { recursive: input.flag('recursive', false), withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory() && pattern.test(entry.name));
  return {
    outputs: {
      files: files
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
        .join(','),
    },
  };
};

export const readFile: StepAction = async (input, { print }) => {
  const path = existing(input.text('path'), 'file');
  const content = decode(readFileSync(path), input.optional('encoding'));
  if (input.flag('printFileContent', false)) print(content, 'stdout');
  return { outputs: { content } };
};

export const setFileEncoding: StepAction = async (input) => {
  const path = existing(input.text('path'), 'file');
  writeFileSync(path, encode(decode(readFileSync(path)), input.optional('encoding')));
  return DONE;
};

function existing(path: string, kind: 'file' | 'folder'): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && found.isDirectory() === (kind === 'folder')) return path;
  throw new Error(`the ${kind} ${path} does not exist`);
}

function setMode(path: string, mode: number | undefined): void {
  if (mode !== undefined) chmodSync(path, mode);
}
