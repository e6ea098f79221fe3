import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { callersEnvironment, WITHOUT_AWS } from '../composition/child-environment';
import { UserMistake } from '../kernel/failure';

/**
 * Runs the CDK app of `project`, the command in its `cdk.json`, as the CDK CLI does. Writes to `outputDirectory`. The
 * app sees none of the caller's AWS settings. If it fails, the error contains its output.
 */
export async function synthesize(project: string, outputDirectory: string): Promise<void> {
  const file = join(project, 'cdk.json');
  if (!existsSync(file)) throw new UserMistake(file, 'is missing', 'run this in a clone of the project');
  const { app, context = {} } = JSON.parse(readFileSync(file, 'utf8')) as { app?: string; context?: object };
  if (!app) throw new UserMistake(file, 'names no app');

  // However this process ends, the app ends with it.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'bash', '-c', app], {
    cwd: project,
    env: {
      ...callersEnvironment(),
      ...WITHOUT_AWS,
      HOME: homedir(),
      CDK_OUTDIR: outputDirectory,
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new UserMistake(app, `failed with exit code ${code}\n${output.join('').trim()}`);
}
