import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, SystemClock } from '../../../../local/kernel/clock';
import { AwsError } from '../../../../local/kernel/failure';
import { writeZip } from '../../../../local/kernel/zip';
import { type FunctionSpec, Functions, type FunctionsOptions } from '../../../../local/runtime/lambda/functions';
import { room } from '../../../rig/room';
import { hostProcesses } from './host-processes';

export type LambdaRig = ReturnType<typeof lambdaRig>;

/** Lambda with everything it needs, in memory and below one temporary directory. */
export function lambdaRig({
  clock = new SystemClock(),
  ...options
}: { clock?: Clock } & Partial<FunctionsOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'lambda-'));
  const parts = room<Clock>(clock);
  const objects = new Map<string, Buffer>();
  const lines: string[] = [];
  const made: Functions[] = [];
  const make = () => {
    const functions = new Functions({
      ...parts,
      directory,
      processes: hostProcesses,
      concurrency: 3,
      objects: {
        read(bucket, key) {
          const body = objects.get(`${bucket}/${key}`);
          if (!body) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
          return body;
        },
        write: () => ({ versionId: 'null', eTag: '' }),
      },
      logs: { write: (_group, _stream, messages) => void lines.push(...messages) },
      roles: {
        assume: (roleArn, _session, service) => {
          if (roleArn.endsWith('/denied')) throw new AwsError('AccessDenied', 'no trust', 403);
          return { accessKeyId: `ASIA-${service}`, secretAccessKey: 'secret', sessionToken: 'token' };
        },
        roleOfInstanceProfile: () => undefined,
      },
      access: {
        url: 'http://127.0.0.1:1',
        port: 1,
        region: 'eu-west-1',
        environment: (credentials) => ({
          PATH: process.env['PATH'] ?? '',
          AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
          AWS_ACCESS_KEY_ID: credentials?.accessKeyId ?? '',
        }),
      },
      ...options,
    });
    made.push(functions);
    return functions;
  };
  const functions = make();
  const upload = async (files: Record<string, string>, key = 'code.zip') => {
    const members = Object.entries(files).map(([path, content]) => {
      return { path, kind: 'file' as const, mode: 0o644, data: Buffer.from(content) };
    });
    objects.set(`assets/${key}`, await writeZip(members));
  };
  return {
    ...parts,
    functions,
    upload,
    /** Another one over the same state, as after a restart. */
    again: make,
    lines,
    /** A directory through which a test and its functions communicate. */
    scratch: () => mkdtempSync(join(directory, 'scratch-')),
    /** Makes the function with this body of its handler, `calls`, `event` and `context` being there. */
    async handler(body: string, changes: Partial<FunctionSpec> = {}): Promise<void> {
      const code = `let calls = 0; exports.handler = async (event, context) => { calls++; ${body} };`;
      await upload({ 'index.js': code });
      await functions.create(functionSpec(changes));
    },
    async invoke(event: unknown = {}): Promise<{ payload: unknown; functionError?: string }> {
      const { payload, functionError } = await functions.invoke('fn', JSON.stringify(event));
      return { payload: JSON.parse(payload), ...(functionError && { functionError }) };
    },
    async end() {
      await Promise.all(made.map((functions) => functions.stop()));
      parts.store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A function of Node.js whose code is what `upload` put there. */
export const functionSpec = (changes: Partial<FunctionSpec> = {}): FunctionSpec => ({
  functionName: 'fn',
  role: 'arn:aws:iam::000000000000:role/fn',
  runtime: 'nodejs22.x',
  handler: 'index.handler',
  timeoutSeconds: 10,
  memoryMegabytes: 128,
  variables: {},
  architectures: ['arm64'],
  tags: {},
  code: { bucket: 'assets', key: 'code.zip' },
  ...changes,
});

/** Resolves when the condition is true; other work continues meanwhile. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
