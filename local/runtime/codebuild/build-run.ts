import type { Cancel } from '../../kernel/clock';
import { messageOf } from '../../kernel/failure';
import { buildEnvironment } from './build-environment';
import { BuildLog } from './build-log';
import { type Buildspec, parseBuildspec } from './buildspec';
import { type CacheLease, cacheMounts } from './cache';
import { runPhase } from './commands';
import { Interrupted, PhaseFailed } from './failed';
import { describeBuildspec, findBuildspec } from './find-buildspec';
import { type BuildMachine, memoryOf } from './machines';
import type { CodeBuildOptions } from './options';
import type { Recorder } from './recorder';
import type { EnvironmentVariable, PhaseType, Project } from './records';
import { Shell } from './shell';
import { COMMAND_PHASES, phaseAfter } from './transitions';
import { uploadArtifacts } from './upload';
import { type BuildVariables, resolveVariables } from './variables';
import type { ArtifactLocation, Workspace } from './workspace';

/** Parts of one build. */
export interface BuildRunOptions {
  readonly project: Project;
  readonly recorder: Recorder;
  readonly workspace: Workspace;
  readonly cache: CacheLease;
  readonly sources: readonly ArtifactLocation[];
  readonly artifacts: readonly ArtifactLocation[];
  readonly environment: readonly EnvironmentVariable[];
  readonly services: CodeBuildOptions;
}

type CommandPhase = keyof typeof COMMAND_PHASES;

/** One build, from its first phase to its last (B1). */
export class BuildRun {
  private readonly log: BuildLog;
  private interruption: Interrupted | undefined;
  private buildspec: Buildspec | undefined;
  private variables: BuildVariables | undefined;
  private access: Record<string, string> = {};
  private machine: BuildMachine | undefined;
  private shell: { shell: Shell; user: string } | undefined;

  constructor(private readonly options: BuildRunOptions) {
    const { logGroup: group, logStream: stream } = options.recorder.build;
    const silent = { write: () => {} };
    const logs = options.project.logs.enabled ? options.services.logs : silent;
    this.log = new BuildLog({ clock: options.services.clock, logs, group, stream });
  }

  /** Never rejects: every error is the build's result. */
  async run(): Promise<void> {
    const limit = this.limitTime();
    for (let phase: PhaseType = 'SUBMITTED'; phase !== 'COMPLETED'; ) phase = await this.pass(phase);
    limit();
    const { recorder } = this.options;
    recorder.enter('COMPLETED');
    recorder.complete(this.interruption?.status ?? (recorder.build.failure ? 'FAILED' : 'SUCCEEDED'));
  }

  /** Ends the build from outside. The machine is killed; the current phase is the one that did not finish. */
  interrupt(interruption: Interrupted): void {
    const late = ['FINALIZING', 'COMPLETED'].includes(this.options.recorder.build.currentPhase);
    if (this.interruption || late) return;
    this.interruption = interruption;
    void this.machine
      ?.kill()
      .catch((error) => this.notice(`the machine of a build was not ended: ${messageOf(error)}`));
  }

  private limitTime(): Cancel {
    const { project, services } = this.options;
    return services.clock.limit(project.timeoutInMinutes * 60_000, () =>
      this.interrupt(new Interrupted('TIMED_OUT', 'BUILD_TIMED_OUT', 'Build has timed out. ')),
    );
  }

  /** Runs one phase, and returns the next one. */
  private async pass(phase: PhaseType): Promise<PhaseType> {
    const { recorder } = this.options;
    recorder.enter(phase);
    if (phase in COMMAND_PHASES) this.log.say(`Entering phase ${phase}`);
    try {
      if (phase !== 'FINALIZING') this.check();
      const next = await this.step(phase);
      if (phase !== 'FINALIZING') this.check();
      this.finish(phase, 'SUCCEEDED', { statusCode: '', message: '' });
      return next;
    } catch (error) {
      return this.failed(phase, error);
    }
  }

  private step(phase: PhaseType): Promise<PhaseType> | PhaseType {
    switch (phase) {
      case 'SUBMITTED':
        return 'QUEUED';
      case 'QUEUED':
        return 'PROVISIONING';
      case 'PROVISIONING':
        return this.provision();
      case 'DOWNLOAD_SOURCE':
        return this.downloadSource();
      case 'UPLOAD_ARTIFACTS':
        return this.upload();
      case 'FINALIZING':
        return this.finalize();
      case 'COMPLETED':
        return 'COMPLETED';
      default:
        return this.runCommands(phase);
    }
  }

  private provision(): PhaseType {
    const { project, workspace, services, recorder } = this.options;
    workspace.create();
    const session = `AWSCodeBuild-${recorder.build.id.split(':').at(-1)}`;
    try {
      const credentials = services.roles.assume(project.serviceRole, session, 'codebuild.amazonaws.com');
      this.access = services.access.environment(credentials);
    } catch (error) {
      const message = `CodeBuild is not authorized to perform: sts:AssumeRole on ${project.serviceRole}`;
      throw new PhaseFailed('ACCESS_DENIED', `${message}: ${messageOf(error)}`);
    }
    return 'DOWNLOAD_SOURCE';
  }

  private async downloadSource(): Promise<PhaseType> {
    const { workspace, sources, services, project } = this.options;
    this.log.say('Phase is DOWNLOAD_SOURCE');
    this.log.say(`CODEBUILD_SRC_DIR=${workspace.source.guest}`);
    await workspace.download(sources, services.objects, (path) => services.machines.remove(path));
    const { text, place } = await findBuildspec(project.source, workspace.source, services.objects);
    this.log.say(`YAML location is ${place}`);
    this.buildspec = read(text, place, workspace.source.guest);
    this.log.say('Processing environment variables');
    const further = [project.environment.variables, this.options.environment];
    this.variables = resolveVariables(this.buildspec.env, further, services.parameters);
    this.log.hide(this.variables.secrets);
    describeBuildspec(this.buildspec, { log: this.log, project, directory: workspace.source.guest });
    await this.boot(this.buildspec);
    return 'INSTALL';
  }

  private async boot(buildspec: Buildspec): Promise<void> {
    const { workspace, cache, project, recorder, services } = this.options;
    const cached = project.cache.modes.includes('LOCAL_CUSTOM_CACHE') ? buildspec.cachePaths : [];
    const shared = [workspace.control, workspace.source, ...workspace.secondarySources.values()];
    this.check();
    this.machine = await services.machines.boot({
      id: recorder.build.id.replace(':', '-'),
      layers: [],
      writable: workspace.writable,
      network: 'outbound',
      memoryMegabytes: memoryOf(project.environment.computeType),
      init: 'none',
      environment: {},
      mounts: [
        ...shared.map(({ host, guest }) => ({ source: host, target: guest })),
        ...cacheMounts(cached, cache, workspace),
      ],
    });
  }

  private async runCommands(phase: CommandPhase): Promise<PhaseType> {
    const spec = this.buildspec?.phases[COMMAND_PHASES[phase]];
    if (spec) {
      const shell = await this.shellOf(spec.runAs ?? this.buildspec?.runAs ?? 'root');
      await runPhase(spec, { shell, log: this.log, check: () => this.check() });
    }
    return phaseAfter(phase, true, 'default');
  }

  /** Returns the shell of the build. The shell of another user inherits its state. */
  private async shellOf(user: string): Promise<Shell> {
    if (this.shell?.user === user) return this.shell.shell;
    await this.shell?.shell.close();
    const { workspace, project, recorder, services } = this.options;
    const shell = await Shell.open({
      machine: this.machine!,
      control: workspace.control.guest,
      program: this.buildspec!.env.shell,
      user,
      directory: workspace.source.guest,
      environment: buildEnvironment({
        scope: services.scope,
        build: recorder.build,
        project,
        workspace,
        access: this.access,
        variables: this.variables?.values ?? {},
      }),
      nonce: services.ids.hex(16),
      output: (text) => this.log.output(text),
    });
    this.shell = { shell, user };
    return shell;
  }

  private async upload(): Promise<PhaseType> {
    const { artifacts, workspace, services } = this.options;
    const shell = await this.shellOf(this.shell?.user ?? 'root');
    // B7: they can be read until the end of POST_BUILD, which is now.
    this.options.recorder.export(await shell.values(this.variables?.exportable ?? []));
    const spec = this.buildspec?.artifacts;
    const endMachine = () => this.endMachine();
    await uploadArtifacts({ spec, outputs: artifacts, shell, workspace, log: this.log, endMachine }, services.objects);
    return 'FINALIZING';
  }

  private async finalize(): Promise<PhaseType> {
    await this.endMachine();
    this.options.cache.release();
    await this.options.services.machines.remove(this.options.workspace.directory);
    return 'COMPLETED';
  }

  private async endMachine(): Promise<void> {
    await this.shell?.shell.close();
    this.shell = undefined;
    await this.machine?.kill();
  }

  /** Ends a failed phase, and returns the phase in which the build continues. */
  private async failed(phase: PhaseType, error: unknown): Promise<PhaseType> {
    if (phase === 'FINALIZING') {
      this.notice(`the files of a build could not be removed: ${messageOf(error)}`);
      this.finish(phase, 'SUCCEEDED', { statusCode: '', message: '' });
      return 'COMPLETED';
    }
    const reason = this.interruption ?? asFailure(error);
    if (reason instanceof Interrupted) this.interruption = reason;
    const status = reason instanceof Interrupted ? reason.status : 'FAILED';
    const command = reason instanceof PhaseFailed ? reason.command : undefined;
    this.options.recorder.fail({
      phase,
      message: reason.message,
      ...(command && { command: command.text, exitCode: command.exitCode }),
      lastLines: command?.lastLines ?? this.log.flush(),
    });
    this.finish(phase, status, { statusCode: reason.statusCode, message: reason.message });
    if (reason instanceof Interrupted || !isCommandPhase(phase)) return 'FINALIZING';
    return phaseAfter(phase, false, this.buildspec?.phases[COMMAND_PHASES[phase]]?.onFailure.action ?? 'default');
  }

  private finish(
    phase: PhaseType,
    status: Parameters<Recorder['finish']>[0],
    context: { statusCode: string; message: string },
  ): void {
    this.options.recorder.finish(status, context);
    if (!isCommandPhase(phase) && phase !== 'DOWNLOAD_SOURCE' && phase !== 'UPLOAD_ARTIFACTS' && status === 'SUCCEEDED')
      return;
    this.log.say(`Phase complete: ${phase} State: ${status}`);
    this.log.say(`Phase context status code: ${context.statusCode} Message: ${context.message}`);
  }

  private check(): void {
    if (this.interruption) throw this.interruption;
  }

  private notice(message: string): void {
    this.options.services.bus.emit({ type: 'notice', level: 'warning', message });
  }
}

function read(text: string, place: string, sourceDirectory: string): Buildspec {
  try {
    return parseBuildspec(text, place.replace(`${sourceDirectory}/`, ''));
  } catch (error) {
    throw new PhaseFailed('YAML_FILE_ERROR', messageOf(error));
  }
}

function isCommandPhase(phase: PhaseType): phase is CommandPhase {
  return phase in COMMAND_PHASES;
}

/**
 * Returns the error as a failure. An error that is neither a person's mistake nor an interruption is a fault of the
 * builder.
 */
function asFailure(error: unknown): PhaseFailed | Interrupted {
  if (error instanceof PhaseFailed || error instanceof Interrupted) return error;
  return new Interrupted('FAULT', 'INTERNAL_ERROR', messageOf(error));
}
