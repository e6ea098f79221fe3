import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { AwsError, isAwsError, messageOf } from '../../kernel/failure';
import type { Mount } from '../../kernel/machines';
import type { Objects } from '../../kernel/ports';
import { extractZip } from '../../kernel/zip';
import type { FunctionCode } from './records';
import { RUNTIME_ROOT, TASK_ROOT } from './worker-environment';

/** The packages of this project, which has the SDK, and their place inside. */
const MODULES = dirname(dirname(dirname(require.resolve('@aws-sdk/client-ssm/package.json'))));
const PACKAGES_ROOT = '/var/packages';

/** The unpacked code of functions, by content, and the program that runs it. */
export class CodeStore {
  private runtime: Promise<void> | undefined;

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

  /**
   * The mounts of a function's process: its code, the bootstrap that loads the handler and calls it, and the AWS SDK, which
   * Lambda's Node.js runtimes include. `require` finds no other package.
   */
  async mounts(directory: string): Promise<Mount[]> {
    this.runtime ??= this.prepareRuntime();
    await this.runtime;
    return [
      { source: this.path(directory), target: TASK_ROOT, readOnly: true },
      { source: join(this.directory, 'runtime'), target: RUNTIME_ROOT, readOnly: true },
      { source: MODULES, target: `${PACKAGES_ROOT}/node_modules`, readOnly: true },
    ];
  }

  private async prepareRuntime(): Promise<void> {
    await build({
      entryPoints: [join(__dirname, 'guest', 'bootstrap.ts')],
      outfile: join(this.directory, 'runtime', 'bootstrap.cjs'),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'silent',
    });
    const packages = join(this.directory, 'runtime', 'node_modules');
    mkdirSync(packages, { recursive: true });
    for (const scope of ['@aws-sdk', '@smithy']) {
      rmSync(join(packages, scope), { force: true });
      symlinkSync(`${PACKAGES_ROOT}/node_modules/${scope}`, join(packages, scope));
    }
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
