import type { Provider } from '../engine/provider';
import type { CodeBuild } from '../runtime/codebuild/codebuild';
import type { ProjectSpec } from '../runtime/codebuild/projects';
import type { EnvironmentVariable, Project } from '../runtime/codebuild/records';
import { resourceTags, type TagList } from './resource-tags';

interface Properties {
  Name?: string;
  Description?: string;
  ServiceRole: string;
  Source: { Type: string; BuildSpec?: string } & Others;
  Artifacts: { Type: string } & Others;
  Environment: {
    Type: string;
    Image: string;
    ComputeType: string;
    EnvironmentVariables?: { Name: string; Value: string; Type?: EnvironmentVariable['type'] }[];
    PrivilegedMode?: boolean | string;
    ImagePullCredentialsType?: string;
  } & Others;
  Cache?: { Type: string; Modes?: string[] } & Others;
  TimeoutInMinutes?: number | string;
  QueuedTimeoutInMinutes?: number | string;
  LogsConfig?: {
    CloudWatchLogs?: { Status: string; GroupName?: string; StreamName?: string };
    S3Logs?: { Status: string };
  };
  EncryptionKey?: string;
  BadgeEnabled?: boolean | string;
  Visibility?: string;
  Tags?: TagList;
}

interface Others {
  [other: string]: unknown;
}

/** Fields that are accepted inside of properties. All others are refused, because they would have no effect. */
const FIELDS = {
  Source: ['Type', 'BuildSpec'],
  Artifacts: ['Type'],
  Environment: ['Type', 'Image', 'ComputeType', 'EnvironmentVariables', 'PrivilegedMode', 'ImagePullCredentialsType'],
  Cache: ['Type', 'Modes'],
} as const;

/** Build projects. Builds run in a sandbox over this machine's root, with any image. */
export function codeBuildProject(codeBuild: CodeBuild): Provider<Properties> {
  const provided = (name: string) => {
    const arn = codeBuild.projects.arn(name);
    return { physicalId: name, attributes: { Arn: arn, Id: name } };
  };
  return {
    type: 'AWS::CodeBuild::Project',
    fidelity: 'real',
    properties: {
      Name: 'real',
      Description: 'record',
      ServiceRole: 'real',
      Source: 'real',
      Artifacts: 'real',
      Environment: 'real',
      Cache: 'real',
      TimeoutInMinutes: 'real',
      QueuedTimeoutInMinutes: 'record',
      LogsConfig: 'real',
      EncryptionKey: 'record',
      BadgeEnabled: 'record',
      Visibility: 'record',
      Tags: 'record',
    },
    required: ['Artifacts', 'Environment', 'ServiceRole', 'Source'],
    createOnly: ['Name'],
    attributes: ['Arn', 'Id'],
    note: 'Builds for CodePipeline, or without source. Image and compute type are recorded: builds run over this machine’s own root. Local caches keep directories only.',
    refuse,

    async create(ctx, properties) {
      const name = properties.Name ?? ctx.physicalName({ length: 150 });
      codeBuild.projects.create(projectOf(name, properties, resourceTags(ctx, properties.Tags)));
      ctx.created(name);
      return provided(name);
    },
    async update(ctx, { physicalId }, next) {
      codeBuild.projects.update(projectOf(physicalId, next, resourceTags(ctx, next.Tags)));
      return provided(physicalId);
    },
    async delete(_ctx, { physicalId }) {
      codeBuild.projects.delete(physicalId);
    },
  };
}

function refuse(properties: Partial<Properties>): string[] {
  const { Source, Artifacts, Environment, Cache, LogsConfig } = properties;
  const unknown = Object.entries(FIELDS).flatMap(([name, fields]) =>
    Object.keys(properties[name as keyof typeof FIELDS] ?? {})
      .filter((field) => !(fields as readonly string[]).includes(field))
      .map((field) => `${name}.${field}: is not supported by the local runtime`),
  );
  const oneOf = (path: string, value: unknown, allowed: readonly string[]) =>
    typeof value !== 'string' || allowed.includes(value)
      ? []
      : [`${path}: ${value} is not supported by the local runtime, which knows ${allowed.join(', ')}`];
  return [
    ...unknown,
    ...oneOf('Source.Type', Source?.Type, ['CODEPIPELINE', 'NO_SOURCE']),
    ...oneOf('Artifacts.Type', Artifacts?.Type, ['CODEPIPELINE', 'NO_ARTIFACTS']),
    ...oneOf('Environment.Type', Environment?.Type, ['LINUX_CONTAINER', 'ARM_CONTAINER']),
    ...oneOf('Cache.Type', Cache?.Type, ['NO_CACHE', 'LOCAL']),
    ...oneOf('LogsConfig.S3Logs.Status', LogsConfig?.S3Logs?.Status, ['DISABLED']),
    ...(isTrue(Environment?.PrivilegedMode)
      ? ['Environment.PrivilegedMode: builds with Docker are not supported by the local runtime']
      : []),
    ...(Cache?.Modes?.includes('LOCAL_DOCKER_LAYER_CACHE')
      ? ['Cache.Modes: LOCAL_DOCKER_LAYER_CACHE is not supported by the local runtime']
      : []),
  ];
}

function projectOf(name: string, properties: Properties, tags: Record<string, string>): ProjectSpec {
  const { Description, ServiceRole, Source, Artifacts, Environment, Cache, LogsConfig, EncryptionKey } = properties;
  const cloudWatch = LogsConfig?.CloudWatchLogs;
  return {
    name,
    description: Description,
    serviceRole: ServiceRole,
    source: { type: Source.Type as Project['source']['type'], buildspec: Source.BuildSpec },
    artifacts: { type: Artifacts.Type as Project['artifacts']['type'] },
    environment: {
      type: Environment.Type,
      image: Environment.Image,
      computeType: Environment.ComputeType,
      variables: (Environment.EnvironmentVariables ?? []).map(({ Name, Value, Type = 'PLAINTEXT' }) => {
        return { name: Name, value: String(Value), type: Type };
      }),
    },
    cache: { type: Cache?.Type === 'LOCAL' ? 'LOCAL' : 'NO_CACHE', modes: Cache?.Modes ?? [] },
    timeoutInMinutes: Number(properties.TimeoutInMinutes ?? 60),
    queuedTimeoutInMinutes: Number(properties.QueuedTimeoutInMinutes ?? 480),
    logs: {
      enabled: cloudWatch?.Status !== 'DISABLED',
      group: cloudWatch?.GroupName ?? `/aws/codebuild/${name}`,
      streamPrefix: cloudWatch?.StreamName,
    },
    encryptionKey: EncryptionKey,
    tags,
  };
}

function isTrue(value: boolean | string | undefined): boolean {
  return String(value) === 'true';
}
