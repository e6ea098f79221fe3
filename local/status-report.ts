import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials } from './kernel/principal';
import type { Rooms } from './rooms';

/** What runs where, as `npm run status -- --json` prints it (with the endpoint and its credentials). */
export interface StatusReport {
  readonly repositories: readonly { readonly name: string; readonly cloneUrl: string }[];
  readonly pipelines: readonly {
    readonly name: string;
    readonly latestExecution?: { readonly id: string; readonly status: string; readonly reason?: string };
  }[];
  readonly images: readonly { readonly version: string; readonly imageId: string; readonly commitId: string }[];
  readonly environments: readonly EnvironmentReport[];
}

export interface EnvironmentReport {
  readonly name: string;
  readonly url: string;
  /** Of all its instances; absent while there is none, or while a roll leaves several versions. */
  readonly imageVersion?: string;
  readonly instances: readonly { readonly id: string; readonly state: string; readonly imageVersion: string }[];
}

/** The tags that the image and its instances carry (`infra` sets them). */
const VERSION_TAG = 'ImageVersion';
const COMMIT_TAG = 'CommitId';

/** The rooms that know. */
type Known = Pick<Rooms, 'codeCommit' | 'ec2' | 'pipelines' | 'scaling' | 'stacks'>;

export function statusReport(runtime: Known): StatusReport {
  return {
    repositories: runtime.codeCommit.listRepositories().map(({ repositoryName }) => ({
      name: repositoryName,
      cloneUrl: runtime.codeCommit.cloneUrl(repositoryName),
    })),
    pipelines: runtime.pipelines.records.all().map(({ definition: { name } }) => {
      const [latest] = runtime.pipelines.records.history(name);
      return {
        name,
        ...(latest && { latestExecution: { id: latest.id, status: latest.status, reason: latest.statusSummary } }),
      };
    }),
    images: runtime.ec2.images.list().flatMap(({ id, tags }) => {
      const version = tags[VERSION_TAG];
      return version === undefined ? [] : [{ version, imageId: id, commitId: tags[COMMIT_TAG] ?? '' }];
    }),
    environments: environments(runtime),
  };
}

/** An environment is a stack that says so: its outputs name it, its address and its target group. */
function environments(runtime: Known): EnvironmentReport[] {
  return runtime.stacks.queries.stacks().flatMap(({ stackId }) => {
    const {
      Environment: name,
      Url: url,
      TargetGroupArn: targetGroup,
    } = runtime.stacks.describe(stackId)?.outputs ?? {};
    if (!name || !url || !targetGroup) return [];
    const instances = instancesBehind(runtime, targetGroup);
    const versions = new Set(instances.map(({ imageVersion }) => imageVersion));
    const [imageVersion] = versions;
    return [{ name, url, ...(versions.size === 1 && { imageVersion }), instances }];
  });
}

function instancesBehind({ scaling, ec2 }: Known, targetGroup: string): EnvironmentReport['instances'] {
  return scaling
    .groups()
    .filter((group) => group.targetGroups.includes(targetGroup))
    .flatMap((group) => scaling.instances(group.name))
    .map(({ instanceId, lifecycleState }) => ({
      id: instanceId,
      state: lifecycleState,
      imageVersion: ec2.instances.find(instanceId)?.tags[VERSION_TAG] ?? '',
    }));
}

/**
 * Answers with the report, for `npm run status`: what AWS's own APIs would need a dozen requests to tell. The
 * administrator's keys open it.
 */
export function statusRoute(
  rooms: Known,
  { accessKeyId, secretAccessKey }: Credentials,
): (request: IncomingMessage, response: ServerResponse) => void {
  const expected = Buffer.from(`Basic ${Buffer.from(`${accessKeyId}:${secretAccessKey}`).toString('base64')}`);
  return (request, response) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="local"' }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(statusReport(rooms)));
  };
}
