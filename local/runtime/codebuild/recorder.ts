import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import type { Collection } from '../../kernel/store';
import type { Build, BuildFailureRecord, BuildStatus, PhaseRecord, PhaseType } from './records';

type PhaseStatus = NonNullable<PhaseRecord['phaseStatus']>;

/** Updates the record of one build, and publishes an event for every finished phase. */
export class Recorder {
  constructor(
    private readonly options: { builds: Collection<Build>; clock: Clock; bus: EventBus },
    /** Current record of the build. */
    public build: Build,
  ) {}

  enter(phaseType: PhaseType): void {
    const phases = [...this.build.phases, { phaseType, startTime: this.now() }];
    this.change({ phases, currentPhase: phaseType });
  }

  /** Ends the phase that was entered last. */
  finish(phaseStatus: PhaseStatus, context: PhaseRecord['context'] = { statusCode: '', message: '' }): void {
    const phase = this.build.phases.at(-1)!;
    const finished = { ...phase, phaseStatus, endTime: this.now(), context };
    this.change({ phases: [...this.build.phases.slice(0, -1), finished] });
    this.options.bus.emit({
      type: 'build-phase-finished',
      project: this.build.projectName,
      buildId: this.build.id,
      phase: phase.phaseType,
      status: phaseStatus,
      ...(context.message && { reason: context.message }),
    });
  }

  /** Only the first failure is the build's; later ones are its consequences. */
  fail(failure: BuildFailureRecord): void {
    if (!this.build.failure) this.change({ failure });
  }

  export(exportedVariables: Readonly<Record<string, string>>): void {
    this.change({ exportedVariables });
  }

  complete(status: BuildStatus): void {
    this.change({ status, endTime: this.now() });
  }

  private change(changes: Partial<Build>): void {
    this.build = { ...this.build, ...changes };
    this.options.builds.put(this.build.id, this.build);
  }

  private now(): string {
    return this.options.clock.now().toISOString();
  }
}
