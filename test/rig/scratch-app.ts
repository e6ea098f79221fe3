import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';

const directory = mkdtempSync(join(tmpdir(), 'synth-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A CDK app for a test: its output is deleted with the test file. (An `App` always writes to a directory.) */
export function scratchApp(props: AppProps = {}): App {
  return new App({ analyticsReporting: false, outdir: mkdtempSync(join(directory, 'app-')), ...props });
}
