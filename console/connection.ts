import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Refusal } from './refusal';

/** What the SDK's clients are given; what is absent comes from the usual settings for AWS. */
export interface Connection {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const project = join(__dirname, '..');

/** The run on this machine, asked through its own command line. `state` '' means the project's own. */
export async function localConnection(state: string): Promise<Connection> {
  const where = state ? ['--state', resolve(state)] : [];
  const args = ['--import', 'tsx', join(project, 'local/main.ts'), 'status', '--json', ...where];
  const answer = await promisify(execFile)(process.execPath, args, { cwd: project }).catch(
    (error: { code?: unknown; stderr?: string; message?: string }) => error,
  );
  if ('stdout' in answer && !('code' in answer)) return connectionIn(String(answer.stdout));
  const { code, stderr, message } = answer as { code?: unknown; stderr?: string; message?: string };
  // The exit code of `status` for "nothing runs".
  if (code === 3) {
    throw new Refusal(`--local${state && `=${state}`}: nothing runs there; npm start starts it`);
  }
  throw new Refusal(`--local: ${stderr?.trim() || message}`);
}

function connectionIn(json: string): Connection {
  const { endpoint, region, credentials } = JSON.parse(json) as Connection;
  return { endpoint, region, credentials };
}
