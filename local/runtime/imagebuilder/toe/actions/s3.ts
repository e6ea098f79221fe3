import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, posix, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ActionContext, type ActionInput, DONE, type StepAction } from '../action';
import { sdk } from '../aws-clients';
import { expand } from './wildcard';

/** AWS downloads at most this many for one prefix. */
const MOST_OBJECTS = 1000;

/** Downloads one object to a file, or, if the key ends with `*`, every object below the prefix to a folder. */
export const s3Download: StepAction = async (input, context) => {
  const { bucket, key } = location(input.text('source'));
  const destination = input.text('destination');
  if (!key.endsWith('*')) {
    await download(input, { bucket, key, path: destination }, context);
    return DONE;
  }
  const prefix = key.slice(0, -1);
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  for (const found of await keysUnder(input, { bucket, prefix }, context)) {
    if (found.endsWith('/')) continue;
    await download(input, { bucket, key: found, path: join(destination, found.slice(folder.length)) }, context);
  }
  return DONE;
};

/** Uploads one file to a key, or files that match `*` below a prefix; folders only if `recurse` is true. */
export const s3Upload: StepAction = async (input, context) => {
  const source = input.text('source');
  const { bucket, key } = location(input.text('destination'));
  const found = expand(source);
  if (found.length === 0) throw new Error(`the source ${source} does not exist`);
  const single = !source.includes('*') && !statSync(source).isDirectory();
  if (single && !key.endsWith('/')) {
    await upload(input, { bucket, key, path: source }, context);
    return DONE;
  }
  for (const path of found) {
    for (const file of filesUnder(path, input.flag('recurse', false))) {
      const base = statSync(source, { throwIfNoEntry: false })?.isDirectory() ? source : dirname(path);
      await upload(input, { bucket, key: posix.join(key, relative(base, file)), path: file }, context);
    }
  }
  return DONE;
};

interface Transfer {
  readonly bucket: string;
  readonly key: string;
  readonly path: string;
}

async function download(input: ActionInput, { bucket, key, path }: Transfer, context: ActionContext): Promise<void> {
  const file = path.endsWith('/') ? join(path, basename(key)) : path;
  if (existsSync(file) && !input.flag('overwrite', true)) {
    throw new Error(
      'S3Download: File already exists and "overwrite" property for "destination" file is set to false. Cannot download.',
    );
  }
  const { GetObjectCommand } = sdk.s3();
  const client = await context.aws.s3();
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ExpectedBucketOwner: input.optional('expectedBucketOwner'),
  });
  const object = await named(`s3://${bucket}/${key}`, client.send(command, { abortSignal: context.signal }));
  mkdirSync(dirname(file), { recursive: true });
  await pipeline(object.Body as Readable, createWriteStream(file), { signal: context.signal });
}

async function upload(input: ActionInput, { bucket, key, path }: Transfer, context: ActionContext): Promise<void> {
  const { PutObjectCommand } = sdk.s3();
  const client = await context.aws.s3();
  const ExpectedBucketOwner = input.optional('expectedBucketOwner');
  const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: readFileSync(path), ExpectedBucketOwner });
  await named(`s3://${bucket}/${key}`, client.send(command, { abortSignal: context.signal }));
}

async function keysUnder(
  input: ActionInput,
  { bucket, prefix }: { bucket: string; prefix: string },
  context: ActionContext,
): Promise<string[]> {
  const { ListObjectsV2Command } = sdk.s3();
  const client = await context.aws.s3();
  const ExpectedBucketOwner = input.optional('expectedBucketOwner');
  const command = new ListObjectsV2Command({
    Bucket: bucket,
    Prefix: prefix,
    MaxKeys: MOST_OBJECTS,
    ExpectedBucketOwner,
  });
  const page = await named(`s3://${bucket}/${prefix}*`, client.send(command, { abortSignal: context.signal }));
  const keys = (page.Contents ?? []).flatMap((object) => object.Key ?? []);
  if (keys.length === 0) throw new Error(`s3://${bucket}/${prefix}*: nothing is there`);
  return keys;
}

/** Prefixes S3's message with its object. */
async function named<T>(what: string, reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    const { name, message } = error as Error;
    throw new Error(`${what}: ${name}: ${message}`);
  }
}

function location(url: string): { bucket: string; key: string } {
  const match = /^s3:\/\/([^/]+)\/(.+)$/s.exec(url);
  if (!match) throw new Error(`'${url}' is not s3://bucket/key`);
  return { bucket: match[1] ?? '', key: match[2] ?? '' };
}

function filesUnder(path: string, recurse: boolean): string[] {
  if (!statSync(path).isDirectory()) return [path];
  if (!recurse) return [];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => filesUnder(join(path, entry.name), true));
}
