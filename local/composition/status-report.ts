import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Group } from '../runtime/autoscaling/group';
import type { Rooms } from './rooms';
import type { Scopes } from './scopes';

/** Report of `status --json` (with the endpoint and its credentials). */
export interface StatusReport {
  readonly repositories: readonly { readonly name: string; readonly cloneUrl: string }[];
  readonly pipelines: readonly {
    readonly name: string;
    readonly latestExecution?: { readonly id: string; readonly status: string; readonly reason?: string };
  }[];
  /** The newest first. */
  readonly images: readonly {
    readonly version: string;
    readonly imageId: string;
    readonly commitId: string;
    /** Owner of the image, and the place in which it can be launched. */
    readonly account: string;
    readonly region: string;
  }[];
  readonly environments: readonly EnvironmentReport[];
  /** Keys of the administrator of each account. */
  readonly administrators: readonly {
    readonly account: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  }[];
}

export interface EnvironmentReport {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly url: string;
  /** Image version of all its instances; absent without instances, or during a roll with several versions. */
  readonly imageVersion?: string;
  readonly instances: readonly { readonly id: string; readonly state: string; readonly imageVersion: string }[];
  /** The instances that its group replaced because the load balancer found them unhealthy, since the last roll. */
  readonly replacedAsUnhealthy: number;
  /** Number of times that the service of its version ended by itself, as counted by its instances. */
  readonly serviceEnds: number;
}

/** The tags that the image and its instances carry (`infra` sets them). */
const VERSION_TAG = 'ImageVersion';
const COMMIT_TAG = 'CommitId';

/** The rooms that know. */
type Known = Pick<
  Rooms,
  'cloudWatch' | 'codeCommit' | 'ec2' | 'identity' | 'pipelines' | 'scaling' | 'scope' | 'stacks'
>;

/** Builds the report about all accounts and regions. */
export function statusReport(scopes: readonly Known[]): StatusReport {
  const reports = scopes.map(reportOf);
  const accounts = new Map(scopes.map(({ scope, identity }) => [scope.account, identity]));
  return {
    repositories: reports.flatMap(({ repositories }) => repositories),
    pipelines: reports.flatMap(({ pipelines }) => pipelines),
    images: reports.flatMap(({ images }) => images),
    environments: reports.flatMap(({ environments }) => environments),
    administrators: [...accounts].map(([account, identity]) => {
      const { accessKeyId, secretAccessKey } = identity.administrator();
      return { account, credentials: { accessKeyId, secretAccessKey } };
    }),
  };
}

function reportOf(runtime: Known): Omit<StatusReport, 'administrators'> {
  const { account, region } = runtime.scope;
  return {
    repositories: runtime.codeCommit.listRepositories().map(({ repositoryName }) => ({
      name: repositoryName,
      cloneUrl: runtime.codeCommit.cloneUrl(repositoryName),
    })),
    pipelines: runtime.pipelines.records.all().map(({ definition: { name } }) => {
      const [latest] = runtime.pipelines.records.recent(name);
      return {
        name,
        ...(latest && { latestExecution: { id: latest.id, status: latest.status, reason: latest.statusSummary } }),
      };
    }),
    images: runtime.ec2.images
      .list()
      .sort((one, other) => other.createdAt.localeCompare(one.createdAt))
      .flatMap(({ id, tags }) => {
        const version = tags[VERSION_TAG];
        if (version === undefined) return [];
        return [{ version, imageId: id, commitId: tags[COMMIT_TAG] ?? '', account, region }];
      }),
    environments: environments(runtime),
  };
}

/** Returns the environments: stacks whose outputs have a name, an address and a target group. */
function environments(runtime: Known): EnvironmentReport[] {
  // As they were made: in the order of the settings.
  return runtime.stacks.queries
    .stacks()
    .reverse()
    .flatMap(({ stackId }) => {
      const {
        Environment: name,
        Url: url,
        TargetGroupArn: targetGroup,
      } = runtime.stacks.describe(stackId)?.outputs ?? {};
      if (!name || !url || !targetGroup) return [];
      const instances = instancesBehind(runtime, targetGroup);
      const versions = new Set(instances.map(({ imageVersion }) => imageVersion));
      const [imageVersion] = versions;
      const { account, region } = runtime.scope;
      return [
        {
          name,
          account,
          region,
          url,
          ...(versions.size === 1 && { imageVersion }),
          instances,
          ...healthBehind(runtime, groupsBehind(runtime, targetGroup)[0], versions),
        },
      ];
    });
}

function groupsBehind({ scaling }: Known, targetGroup: string): Group[] {
  return scaling.groups().filter((group) => group.targetGroups.includes(targetGroup));
}

/** The troubles of the servers of a group since the last roll of their stack. */
function healthBehind(
  { stacks, scaling, cloudWatch }: Known,
  group: Group | undefined,
  versions: ReadonlySet<string>,
): Pick<EnvironmentReport, 'replacedAsUnhealthy' | 'serviceEnds'> {
  const stackId = group?.tags.find(({ key }) => key === 'aws:cloudformation:stack-id')?.value;
  const stack = stacks.queries.stacks().find((one) => one.stackId === stackId);
  if (!group || !stack) return { replacedAsUnhealthy: 0, serviceEnds: 0 };
  const since = stack.updatedAt ?? stack.createdAt;
  const replaced = scaling
    .activities(group.name)
    .filter(({ startedAt, cause }) => startedAt >= since && /in response to an ELB .*health check/.test(cause));
  const ends = cloudWatch.metrics
    .list()
    .filter(
      ({ name, dimensions: { Stack, ImageVersion } }) =>
        name === 'ServiceEnded' && Stack === stack.stackName && versions.has(ImageVersion ?? ''),
    )
    .map((metric) => cloudWatch.metrics.total(metric));
  return { replacedAsUnhealthy: replaced.length, serviceEnds: ends.reduce((sum, count) => sum + count, 0) };
}

function instancesBehind(runtime: Known, targetGroup: string): EnvironmentReport['instances'] {
  const { scaling, ec2 } = runtime;
  return groupsBehind(runtime, targetGroup)
    .flatMap((group) => scaling.instances(group.name))
    .map(({ instanceId, lifecycleState }) => ({
      id: instanceId,
      state: lifecycleState,
      imageVersion: ec2.instances.find(instanceId)?.tags[VERSION_TAG] ?? '',
    }));
}

/**
 * Answers with the report of the command `status`, for which AWS's own APIs would need a dozen requests. It requires
 * the keys of any account's administrator.
 */
export function statusRoute(scopes: Scopes): (request: IncomingMessage, response: ServerResponse) => void {
  const opens = (given: Buffer): boolean =>
    scopes.accounts.all().some(({ identity }) => {
      const { accessKeyId, secretAccessKey } = identity.administrator();
      const expected = Buffer.from(`Basic ${Buffer.from(`${accessKeyId}:${secretAccessKey}`).toString('base64')}`);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  return (request, response) => {
    if (!opens(Buffer.from(request.headers.authorization ?? ''))) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="local"' }).end();
      return;
    }
    const report = JSON.stringify(statusReport(scopes.all()));
    response.writeHead(200, { 'content-type': 'application/json' }).end(report);
  };
}
