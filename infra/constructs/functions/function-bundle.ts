import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileAssetPackaging, Stack, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

const ROOT = join(__dirname, '../../..');

/**
 * Bundles `handler.ts` of a folder under `lambdas/` with all its imports into one file without paths of this machine:
 * the same sources give the same asset everywhere. Returns its location after deployment.
 */
export function functionBundle(scope: Construct, folder: string): { s3Bucket: string; s3Key: string } {
  const code = bundled(folder);
  const sourceHash = hash(code);
  const fileName = `asset.${sourceHash}`;
  const directory = join(Stage.of(scope)!.outdir, fileName);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'index.js'), code);
  const { bucketName, objectKey } = Stack.of(scope).synthesizer.addFileAsset({
    fileName,
    sourceHash,
    packaging: FileAssetPackaging.ZIP_DIRECTORY,
  });
  return { s3Bucket: bucketName, s3Key: objectKey };
}

/** Returns the bundle, cached beside its packages until they or the sources change. */
function bundled(folder: string): string {
  const sources = readdirSync(join(ROOT, 'lambdas'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .flatMap((file) => [file, readFileSync(join(ROOT, 'lambdas', file), 'utf8')]);
  const packages = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const cache = join(ROOT, 'node_modules/.cache/functions');
  const kept = join(cache, `${hash([folder, packages, ...sources].join('\0'))}.js`);
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const code = bundle(folder);
  mkdirSync(cache, { recursive: true });
  writeFileSync(kept, code);
  return code;
}

function bundle(folder: string): string {
  // Loaded only if there is something to bundle.
  const { buildSync } = require('esbuild') as typeof import('esbuild');
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, 'lambdas', folder, 'handler.ts')],
    absWorkingDir: ROOT,
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    // The function's Node.js is newer; the local runtime's may be this one.
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
