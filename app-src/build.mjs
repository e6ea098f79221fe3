// Bundles each program into one file, and puts beside them what installs them: dist/ is all that the image needs.
import { cpSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/server.ts', 'src/ready.ts'],
  outdir: 'dist',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  // The SDK's modules, of which only what is used is taken: a server that starts reads all of its bundle.
  mainFields: ['module', 'main'],
  logLevel: 'info',
});
cpSync('image', 'dist', { recursive: true });
