import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { AwsError, isAwsError, messageOf } from '../../kernel/failure';
import type { Objects } from '../../kernel/ports';
import { extractZip } from '../../kernel/zip';
import type { FunctionCode } from './records';

/** The unpacked code of functions, by content, and the program that runs it. */
export class CodeStore {
  private bootstrap: Promise<string> | undefined;

  constructor(
    private readonly directory: string,
    private readonly objects: Objects,
  ) {}

  /** Unpacks an archive from S3. Errors: `InvalidParameterValueException` with Lambda's message. */
  async load(bucket: string, key: string, versionId?: string): Promise<FunctionCode> {
    const archive = this.read(bucket, key, versionId);
    const hash = createHash('sha256').update(archive).digest();
    const directory = hash.toString('hex');
    const path = this.path(directory);
    if (!existsSync(path)) await unpack(archive, path);
    return { sha256: hash.toString('base64'), size: archive.length, directory };
  }

  path(directory: string): string {
    return join(this.directory, 'code', directory);
  }

  /** Removes code that no function uses. */
  keepOnly(directories: ReadonlySet<string>): void {
    const root = join(this.directory, 'code');
    if (!existsSync(root)) return;
    for (const name of readdirSync(root)) {
      if (!directories.has(name)) rmSync(join(root, name), { recursive: true, force: true });
    }
  }

  /** The path of the program that loads a handler and calls it; bundled once. */
  program(): Promise<string> {
    this.bootstrap ??= this.bundle();
    return this.bootstrap;
  }

  /** Path in which `require` finds the AWS SDK, and no other package. Lambda's Node.js runtimes include the SDK. */
  get sdkPath(): string {
    return join(this.directory, 'runtime', 'node_modules');
  }

  private async bundle(): Promise<string> {
    const outfile = join(this.directory, 'runtime', 'bootstrap.cjs');
    await build({
      entryPoints: [join(__dirname, 'guest', 'bootstrap.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'silent',
    });
    mkdirSync(this.sdkPath, { recursive: true });
    const modules = dirname(dirname(dirname(require.resolve('@aws-sdk/client-ssm/package.json'))));
    for (const scope of ['@aws-sdk', '@smithy']) {
      rmSync(join(this.sdkPath, scope), { force: true });
      symlinkSync(join(modules, scope), join(this.sdkPath, scope));
    }
    return outfile;
  }

  private read(bucket: string, key: string, versionId: string | undefined): Buffer {
    try {
      return this.objects.read(bucket, key, versionId);
    } catch (error) {
      const message = 'Error occurred while GetObject. S3 Error Code';
      const code = isAwsError(error) ? error.code : 'InternalError';
      throw new AwsError(
        'InvalidParameterValueException',
        `${message}: ${code}. S3 Error Message: ${messageOf(error)}`,
      );
    }
  }
}

/** A code directory is whole or not there. */
async function unpack(archive: Buffer, path: string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  try {
    await extractZip(archive, unfinished);
  } catch (error) {
    throw new AwsError('InvalidParameterValueException', `Could not unzip uploaded file: ${messageOf(error)}`);
  }
  if (!existsSync(path)) renameSync(unfinished, path);
}
