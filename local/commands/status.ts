import { quoted } from '../../cli/printed-command';
import type { Screen } from '../../cli/screen';
import { short } from '../../cli/text';
import type { StatusReport } from '../composition/status-report';
import { scopeName } from '../kernel/arn';
import { UserMistake } from '../kernel/failure';
import { endpointSettings } from './endpoint-settings';
import { type RuntimeAddress, runningRuntime } from './state-directory';

/** Images that are listed beside those that serve: a run bakes hundreds. `--json` has them all. */
const LATEST_IMAGES = 5;

/** Exit code for "nothing runs": distinct from failure (1) and wrong use (2), as for service managers. */
const NOT_RUNNING = 3;

export interface StatusOptions {
  readonly json: boolean;
  /** Only the settings that point AWS's clients to the endpoint, for a shell to evaluate. */
  readonly env?: boolean;
  /** Name of the environment whose account and region are used. */
  readonly environment?: string;
}

/** Prints the report of the runtime. Resolves with the exit code. */
export async function status(state: string, screen: Screen, options: StatusOptions): Promise<number> {
  const { json, env, environment } = options;
  const running = runningRuntime(state);
  if (!running?.address) {
    const what = running ? `the runtime with process id ${running.pid} is starting` : 'nothing runs';
    const line = `${what} on the state in ${state}${running ? '' : '; npm start starts it'}`;
    // A shell that evaluates this prints the line and fails.
    screen.write(json ? '{}\n' : env ? `echo ${quoted(line)} >&2; false\n` : `${line}\n`);
    return NOT_RUNNING;
  }
  const { address } = running;
  if (env) {
    const there = environment === undefined ? address : placeOf(address, await askRuntime(address), environment);
    for (const line of settings(there)) screen.write(`${line}\n`);
    return 0;
  }
  const report = await askRuntime(address);
  if (json) screen.write(`${JSON.stringify({ ...address, ...report }, undefined, 2)}\n`);
  else for (const line of lines(address, report, screen)) screen.write(`${line}\n`);
  return 0;
}

/** The endpoint, as the administrator of the account and in the region of an environment. */
function placeOf(
  address: RuntimeAddress,
  { environments, administrators }: StatusReport,
  name: string,
): RuntimeAddress {
  const found = environments.find((environment) => environment.name === name);
  const administrator = administrators.find(({ account }) => account === found?.account);
  if (found && administrator) return { ...address, region: found.region, credentials: administrator.credentials };
  const known = environments.map((environment) => environment.name).join(', ');
  throw new UserMistake(`--environment ${name}`, 'is not an environment of this run', `use one of ${known}`);
}

/** Returns the lines with which a shell takes the settings. */
function settings(address: RuntimeAddress): string[] {
  const values = endpointSettings(address);
  const unset = Object.keys(values).filter((name) => values[name] === undefined);
  return [
    ...Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : `export ${name}=${quoted(value)}`,
    ),
    `unset ${unset.join(' ')}`,
  ];
}

/** Asks the runtime for its report. Throws if it does not answer. */
export async function askRuntime({ endpoint, credentials }: RuntimeAddress): Promise<StatusReport> {
  const authorization = Buffer.from(`${credentials.accessKeyId}:${credentials.secretAccessKey}`).toString('base64');
  const response = await fetch(`${endpoint}/_/status`, { headers: { authorization: `Basic ${authorization}` } });
  if (!response.ok) throw new Error(`${endpoint} answers ${response.status}: ${await response.text()}`);
  return (await response.json()) as StatusReport;
}

function lines({ endpoint, region, authority }: RuntimeAddress, report: StatusReport, { colors }: Screen): string[] {
  const title = (text: string) => colors.bold(text.padEnd(12));
  const places = new Set([...report.images, ...report.environments].map(scopeName));
  // If all is in one place, the first line names it.
  const place = (of: Parameters<typeof scopeName>[0]) => (places.size > 1 ? `  ${scopeName(of)}` : '');
  const images = imagesWorthKnowing(report);
  const further = report.images.length - images.length;
  return [
    `${title('endpoint')} ${endpoint} (${region})`,
    // Clients of an environment with HTTPS must trust the authority.
    ...(report.environments.some(({ url }) => url.startsWith('https:')) ? [`${title('authority')} ${authority}`] : []),
    ...report.repositories.map(({ name, cloneUrl }) => `${title('repository')} ${name}  ${cloneUrl}`),
    ...report.pipelines.map(({ name, latestExecution: latest }) => {
      const last = latest ? `${latest.id} ${latest.status}${latest.reason ? `: ${latest.reason}` : ''}` : 'has not run';
      return `${title('pipeline')} ${name}  ${last}`;
    }),
    ...images.map(
      (image) => `${title('image')} ${image.version}  ${image.imageId}  ${short(image.commitId)}${place(image)}`,
    ),
    ...(further > 0 ? [`${' '.repeat(13)}and ${further} more, which no instance runs`] : []),
    ...report.environments.flatMap(
      ({ name, url, imageVersion, instances, replacedAsUnhealthy, serviceEnds, ...of }) => [
        `${title('environment')} ${name}  ${url}  ${imageVersion ?? ''}${place(of)}`.trimEnd(),
        ...instances.map(({ id, state, imageVersion }) => `${' '.repeat(13)}${id}  ${state}  ${imageVersion}`),
        ...(replacedAsUnhealthy + serviceEnds > 0
          ? [
              `${' '.repeat(13)}since the last roll ${replacedAsUnhealthy} were replaced as unhealthy, and the service ended ${serviceEnds} times by itself`,
            ]
          : []),
      ],
    ),
  ];
}

/** The latest images, and all that instances run. */
function imagesWorthKnowing({ images, environments }: StatusReport): StatusReport['images'] {
  const served = new Set(environments.flatMap(({ instances }) => instances.map(({ imageVersion }) => imageVersion)));
  return images.filter(({ version }, index) => index < LATEST_IMAGES || served.has(version));
}
