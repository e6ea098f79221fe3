import type * as sdk from '@aws-sdk/client-codebuild';
import { AwsError } from '../../kernel/failure';
import type { CodeBuild } from '../../runtime/codebuild/codebuild';
import type { Build, EnvironmentVariable, PhaseRecord, Project } from '../../runtime/codebuild/records';
import type { Handlers } from '../handlers';

const CURATED_IMAGES = [
  'aws/codebuild/amazonlinux-aarch64-standard:3.0',
  'aws/codebuild/amazonlinux-x86_64-standard:5.0',
];

/** CodeBuild: projects and builds. A project for CodePipeline is started by its pipeline only. */
export function codeBuildOperations(codeBuild: CodeBuild): Handlers<typeof sdk> {
  return { ...projects(codeBuild), ...builds(codeBuild) };
}

function projects({ projects }: CodeBuild): Handlers<typeof sdk> {
  return {
    // The images that run here; each stands for the machine itself.
    ListCuratedEnvironmentImages: () => ({
      platforms: [
        {
          platform: 'AMAZON_LINUX',
          languages: [{ language: 'BASE', images: CURATED_IMAGES.map((name) => ({ name, versions: [] })) }],
        },
      ],
    }),
    ListProjects: () => ({ projects: projects.list().map(({ name }) => name) }),
    BatchGetProjects({ names = [] }) {
      const found = names.map((name) => projects.find(name));
      return {
        projects: found
          .filter((project) => project !== undefined)
          .map((project) => describeProject(project, projects.arn(project.name))),
        projectsNotFound: names.filter((_, index) => !found[index]),
      };
    },
  };
}

function builds(codeBuild: CodeBuild): Handlers<typeof sdk> {
  const describe = (build: Build) => describeBuild(build, codeBuild.buildArn(build));
  return {
    ListBuilds: ({ sortOrder }) => ({ ids: ordered(codeBuild.list(), sortOrder) }),
    ListBuildsForProject({ projectName = '', sortOrder }) {
      codeBuild.projects.get(projectName);
      return { ids: ordered(codeBuild.list(projectName), sortOrder) };
    },
    BatchGetBuilds({ ids = [] }) {
      const found = ids.map((id) => codeBuild.find(id));
      return {
        builds: found.filter((build) => build !== undefined).map(describe),
        buildsNotFound: ids.filter((_, index) => !found[index]),
      };
    },
    async StartBuild({ projectName = '', environmentVariablesOverride = [], ...overrides }, { principal }) {
      const project = codeBuild.projects.get(projectName);
      const { idempotencyToken: _, ...further } = overrides;
      refuseOverrides(project, further);
      const { buildId } = await codeBuild.start({
        projectName,
        sources: [],
        artifacts: [],
        environment: environmentVariablesOverride.map(variable),
        sourceVersion: '',
        resolvedSourceVersion: '',
        initiator: principal.arn.split(':').at(-1) ?? '',
      });
      return { build: describe(codeBuild.find(buildId)!) };
    },
    StopBuild: async ({ id = '' }) => ({ build: describe(await codeBuild.stopBuild(id)) }),
  };
}

function refuseOverrides(project: Project, overrides: object): void {
  if (project.source.type === 'CODEPIPELINE') {
    const message = 'cannot be started by itself: its source is CODEPIPELINE';
    throw new AwsError('InvalidInputException', `Project ${project.name} ${message}`);
  }
  const [name] = Object.entries(overrides).find(([, value]) => value !== undefined) ?? [];
  if (name) throw new AwsError('InvalidInputException', `${name} is not supported by the local runtime.`);
}

function variable({ name = '', value = '', type = 'PLAINTEXT' }: sdk.EnvironmentVariable): EnvironmentVariable {
  return { name, value, type };
}

function ordered(newestFirst: Build[], order: sdk.SortOrderType | undefined): string[] {
  const ids = newestFirst.map(({ id }) => id);
  return order === 'ASCENDING' ? ids.reverse() : ids;
}

function describeProject(project: Project, arn: string): sdk.Project {
  const { environment, logs } = project;
  return {
    name: project.name,
    arn,
    description: project.description,
    serviceRole: project.serviceRole,
    source: { ...project.source },
    artifacts: { ...project.artifacts },
    environment: {
      type: environment.type as sdk.EnvironmentType,
      image: environment.image,
      computeType: environment.computeType as sdk.ComputeType,
      environmentVariables: environment.variables.map((each) => ({ ...each })),
      privilegedMode: false,
    },
    cache: { type: project.cache.type, modes: [...project.cache.modes] as sdk.CacheMode[] },
    timeoutInMinutes: project.timeoutInMinutes,
    queuedTimeoutInMinutes: project.queuedTimeoutInMinutes,
    logsConfig: {
      cloudWatchLogs: {
        status: logs.enabled ? 'ENABLED' : 'DISABLED',
        groupName: logs.group,
        streamName: logs.streamPrefix,
      },
    },
    encryptionKey: project.encryptionKey,
    tags: Object.entries(project.tags).map(([key, value]) => ({ key, value })),
    created: new Date(project.created),
    lastModified: new Date(project.lastModified),
  };
}

function describeBuild(build: Build, arn: string): sdk.Build {
  return {
    id: build.id,
    arn,
    projectName: build.projectName,
    buildNumber: build.buildNumber,
    buildStatus: build.status,
    buildComplete: build.status !== 'IN_PROGRESS',
    currentPhase: build.currentPhase,
    startTime: new Date(build.startTime),
    endTime: build.endTime ? new Date(build.endTime) : undefined,
    initiator: build.initiator,
    sourceVersion: build.sourceVersion,
    resolvedSourceVersion: build.resolvedSourceVersion,
    phases: build.phases.map(describePhase),
    logs: { groupName: build.logGroup, streamName: build.logStream },
    exportedEnvironmentVariables: Object.entries(build.exportedVariables).map(([name, value]) => ({ name, value })),
  };
}

function describePhase({ phaseType, phaseStatus, startTime, endTime, context }: PhaseRecord): sdk.BuildPhase {
  const milliseconds = endTime === undefined ? undefined : Date.parse(endTime) - Date.parse(startTime);
  return {
    phaseType,
    phaseStatus,
    startTime: new Date(startTime),
    endTime: endTime === undefined ? undefined : new Date(endTime),
    durationInSeconds: milliseconds === undefined ? undefined : Math.round(milliseconds / 1000),
    contexts: context && [{ ...context }],
  };
}
