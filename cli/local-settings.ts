import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Refusal } from './refusal';

const project = join(__dirname, '..');

interface Status {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Environment variables; one that is undefined is to be removed. */
export type LocalSettings = Readonly<Record<string, string | undefined>>;

/** All clients of this process take their settings from its environment. */
export function useSettings(settings: LocalSettings): void {
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/**
 * The settings for AWS that point to the run on this machine, asked through its own command line. `state` '' means the
 * project's own. What has to go, because it would win over them, is undefined.
 */
export async function localSettings(state: string): Promise<LocalSettings> {
  const { endpoint, region, credentials } = await status(state);
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
  };
}

async function status(state: string): Promise<Status> {
  const where = state ? ['--state', resolve(state)] : [];
  const args = ['--require', 'tsx/cjs', join(project, 'local/main.ts'), 'status', '--json', ...where];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: project });
    return JSON.parse(stdout) as Status;
  } catch (error) {
    const { code, stderr, message } = error as { code?: unknown; stderr?: string; message?: string };
    // The exit code of `status` for "nothing runs".
    const start = state ? `npm start -- --state ${state}` : 'npm start';
    const why = code === 3 ? `nothing runs there; ${start} starts it` : stderr?.trim() || message;
    throw new Refusal(`--local${state && `=${state}`}: ${why}`);
  }
}
