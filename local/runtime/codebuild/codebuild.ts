import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { arn } from '../../kernel/arn';
import { AwsError } from '../../kernel/failure';
import type { Collection } from '../../kernel/store';
import { BuildRun } from './build-run';
import { Caches } from './cache';
import { Interrupted } from './failed';
import type { CodeBuildOptions } from './options';
import { Projects } from './projects';
import { Recorder } from './recorder';
import type { Build, BuildFailureRecord, EnvironmentVariable, Project } from './records';
import { type ArtifactLocation, Workspace } from './workspace';

/** Parameters of a build. */
export interface BuildRequest {
  readonly projectName: string;
  /** The primary source first. */
  readonly sources: readonly ArtifactLocation[];
  readonly artifacts: readonly ArtifactLocation[];
  readonly environment?: readonly EnvironmentVariable[];
  /** `arn:aws:s3:::bucket/key` (B11). */
  readonly sourceVersion: string;
  /** The commit of the build. */
  readonly resolvedSourceVersion: string;
  /** `codepipeline/NAME`. */
  readonly initiator: string;
}

export interface BuildOutcome {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'STOPPED' | 'FAULT';
  readonly exportedVariables: Readonly<Record<string, string>>;
  readonly failure?: BuildFailureRecord;
  readonly logGroup: string;
  readonly logStream: string;
}

/** CodeBuild: projects, and their builds with the semantics of buildspec 0.2. */
export class CodeBuild {
  readonly projects: Projects;
  private readonly builds: Collection<Build>;
  private readonly caches: Caches;
  private readonly running = new Map<string, { run: BuildRun; done: Promise<BuildOutcome> }>();

  constructor(private readonly options: CodeBuildOptions) {
    this.caches = new Caches(join(options.directory, 'caches'));
    this.projects = new Projects(options, this.caches);
    this.builds = options.store.collection<Build>('codebuild.builds');
  }

  /** Builds that a killed runtime left behind are FAILED, and their directories removed. */
  async recover(): Promise<void> {
    for (const build of this.builds.values().filter(({ status }) => status === 'IN_PROGRESS')) {
      const message = 'The local runtime ended while this build ran.';
      const recorder = this.recorder(build);
      recorder.fail({ phase: build.currentPhase, message, lastLines: [] });
      recorder.finish('FAILED', { statusCode: 'INTERRUPTED', message });
      recorder.complete('FAILED');
      this.options.bus.emit({ type: 'interruption-found', what: `build ${build.id}`, consequence: 'it is FAILED' });
    }
    if (existsSync(this.buildsDirectory)) await this.options.machines.remove(this.buildsDirectory);
  }

  /** Stops every build, and resolves when nothing of them is left. */
  async stop(): Promise<void> {
    for (const { run } of this.running.values()) run.interrupt(stopped('The local runtime was stopped.'));
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }

  /** Starts a build. Errors: `ResourceNotFoundException` for a missing project. */
  async start(request: BuildRequest): Promise<{ buildId: string; done: Promise<BuildOutcome> }> {
    const project = this.projects.get(request.projectName);
    const build = this.newBuild(project, request);
    this.builds.put(build.id, build);
    const cache = this.caches.lease(project.name);
    const run = new BuildRun({
      project,
      recorder: this.recorder(build),
      workspace: new Workspace({
        directory: join(this.buildsDirectory, build.id.replace(':', '-')),
        checkouts: cache.directory,
        sources: request.sources,
        digits: digits(build.startTime),
      }),
      cache,
      sources: request.sources,
      artifacts: request.artifacts,
      environment: request.environment ?? [],
      services: this.options,
    });
    const done = run.run().then(() => {
      this.running.delete(build.id);
      return outcomeOf(this.get(build.id));
    });
    this.running.set(build.id, { run, done });
    return { buildId: build.id, done };
  }

  /** Stops a build and resolves when it has ended; an ended build stays unchanged. */
  async stopBuild(buildId: string): Promise<Build> {
    const build = this.get(buildId);
    const running = this.running.get(build.id);
    running?.run.interrupt(stopped('Build was stopped by the user.'));
    await running?.done;
    return this.get(build.id);
  }

  /** The result of a build that has ended; undefined while it runs. Errors: `ResourceNotFoundException`. */
  outcome(buildId: string): BuildOutcome | undefined {
    const build = this.get(buildId);
    return build.status === 'IN_PROGRESS' ? undefined : outcomeOf(build);
  }

  find(idOrArn: string): Build | undefined {
    return this.builds.get(idOrArn.replace(/^arn:.*:build\//, ''));
  }

  /** Newest first; of one project if it is given. */
  list(projectName?: string): Build[] {
    const builds = projectName === undefined ? this.builds.values() : this.builds.values(`${projectName}:`);
    return builds.sort((a, b) => (a.startTime < b.startTime || a.buildNumber < b.buildNumber ? 1 : -1));
  }

  buildArn(build: Build): string {
    return arn(this.options.scope, 'codebuild', `build/${build.id}`);
  }

  private get(buildId: string): Build {
    const build = this.find(buildId);
    if (build) return build;
    const name = arn(this.options.scope, 'codebuild', `build/${buildId}`);
    throw new AwsError('ResourceNotFoundException', `Build ${name} does not exist`);
  }

  private newBuild(project: Project, request: BuildRequest): Build {
    const uuid = this.options.ids.uuid();
    const { group, streamPrefix } = project.logs;
    return {
      id: `${project.name}:${uuid}`,
      projectName: project.name,
      buildNumber: this.projects.nextBuildNumber(project.name),
      status: 'IN_PROGRESS',
      currentPhase: 'SUBMITTED',
      startTime: this.options.clock.now().toISOString(),
      initiator: request.initiator,
      sourceVersion: request.sourceVersion,
      resolvedSourceVersion: request.resolvedSourceVersion,
      logGroup: group,
      logStream: streamPrefix ? `${streamPrefix}/${uuid}` : uuid,
      phases: [],
      exportedVariables: {},
    };
  }

  private recorder(build: Build): Recorder {
    return new Recorder({ ...this.options, builds: this.builds }, build);
  }

  private get buildsDirectory(): string {
    return join(this.options.directory, 'builds');
  }
}

function stopped(reason: string): Interrupted {
  return new Interrupted('STOPPED', 'STOPPED', reason);
}

function digits(startTime: string): string {
  return String(Date.parse(startTime) % 1_000_000_000).padStart(9, '0');
}

function outcomeOf({ status, exportedVariables, failure, logGroup, logStream }: Build): BuildOutcome {
  if (status === 'IN_PROGRESS') throw new Error('the build has not ended');
  return { status, exportedVariables, ...(failure && { failure }), logGroup, logStream };
}
