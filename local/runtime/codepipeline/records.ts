import { AwsError } from '../../kernel/failure';
import type { Store } from '../../kernel/store';
import type { PipelineDefinition } from './definition';
import { type Execution, isActive } from './execution';

/** A pipeline, in its stored form. */
export interface PipelineRecord {
  readonly definition: PipelineDefinition;
  /** Counts the definition's versions, from 1. */
  readonly version: number;
  /**
   * The version that introduced the present stages: an execution of an older structure can neither be retried nor be a
   * rollback target.
   */
  readonly structureSince: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The number that the next execution gets. */
  readonly nextNumber: number;
  /** Ids of executions that still have something to do. */
  readonly active: readonly string[];
  readonly disabledTransitions: Readonly<Record<string, { readonly reason: string; readonly at: string }>>;
}

/** Pipelines and executions in the store, with CodePipeline's errors for missing ones. */
export class Records {
  /** The ids of each pipeline's executions, the latest first: of hundreds, mostly the latest are read. */
  private readonly ids = new Map<string, string[]>();

  constructor(private readonly store: Store) {}

  private get pipelines() {
    return this.store.collection<PipelineRecord>('codepipeline.pipelines');
  }

  private get executions() {
    return this.store.collection<Execution>('codepipeline.executions');
  }

  find(name: string): PipelineRecord | undefined {
    return this.pipelines.get(name);
  }

  pipeline(name: string): PipelineRecord {
    const record = this.find(name);
    if (!record) {
      throw new AwsError('PipelineNotFoundException', `Account does not have a pipeline with name '${name}'`);
    }
    return record;
  }

  all(): PipelineRecord[] {
    return this.pipelines.values();
  }

  put(record: PipelineRecord): void {
    this.pipelines.put(record.definition.name, record);
  }

  delete(name: string): void {
    this.store.transaction(() => {
      this.pipelines.delete(name);
      for (const id of this.idsOf(name)) this.executions.delete(`${name}/${id}`);
    });
    this.ids.delete(name);
  }

  findExecution(pipeline: string, id: string): Execution | undefined {
    return this.executions.get(`${pipeline}/${id}`);
  }

  execution(pipeline: string, id: string): Execution {
    this.pipeline(pipeline);
    const execution = this.findExecution(pipeline, id);
    if (!execution) {
      throw new AwsError(
        'PipelineExecutionNotFoundException',
        `The pipeline execution ${id} does not exist in pipeline ${pipeline}`,
      );
    }
    return execution;
  }

  /** Every execution of the pipeline, the latest first. */
  history(pipeline: string): Execution[] {
    return this.executions.values(`${pipeline}/`).sort(latestFirst);
  }

  /** As `history`, with lazily read executions. */
  *recent(pipeline: string): Generator<Execution> {
    for (const id of this.idsOf(pipeline)) {
      const execution = this.findExecution(pipeline, id);
      if (execution) yield execution;
    }
  }

  private idsOf(pipeline: string): readonly string[] {
    const known = this.ids.get(pipeline) ?? this.history(pipeline).map(({ id }) => id);
    this.ids.set(pipeline, known);
    return known;
  }

  active(pipeline: string): Execution[] {
    return this.pipeline(pipeline).active.map((id) => this.execution(pipeline, id));
  }

  /** Stores a new execution with the next number. `also` is written atomically with it. */
  add(execution: Execution, also: () => void = () => {}): void {
    const before = this.idsOf(execution.pipeline);
    this.store.transaction(() => {
      also();
      this.put({ ...this.pipeline(execution.pipeline), nextNumber: execution.number + 1 });
      this.save(execution);
    });
    this.ids.set(execution.pipeline, [execution.id, ...before]);
  }

  /** Keeps an execution, and the list of the active ones in step with it. */
  save(execution: Execution): void {
    this.store.transaction(() => {
      this.executions.put(`${execution.pipeline}/${execution.id}`, execution);
      const record = this.find(execution.pipeline);
      if (!record) return;
      const others = record.active.filter((id) => id !== execution.id);
      this.put({ ...record, active: isActive(execution) ? [...others, execution.id] : others });
    });
  }
}

export function latestFirst(one: Execution, other: Execution): number {
  return other.number - one.number;
}
