import { AwsError } from '../../kernel/failure';
import type { Store } from '../../kernel/store';
import type { PipelineDefinition } from './definition';
import { type Execution, isActive } from './execution';

/** A pipeline as it is kept. */
export interface PipelineRecord {
  readonly definition: PipelineDefinition;
  /** Counts the definition's versions, from 1. */
  readonly version: number;
  /** The version that brought the stages as they are: what ran under an older one can be neither retried nor gone back to. */
  readonly structureSince: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The number that the next execution gets. */
  readonly nextNumber: number;
  /** Ids of executions that still have something to do. */
  readonly active: readonly string[];
  readonly disabledTransitions: Readonly<Record<string, { readonly reason: string; readonly at: string }>>;
}

/** Pipelines and executions in the store, with CodePipeline's words for what is not there. */
export class Records {
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
      for (const execution of this.history(name)) this.executions.delete(`${name}/${execution.id}`);
    });
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
    return this.executions.values(`${pipeline}/`).sort((a, b) => b.number - a.number);
  }

  active(pipeline: string): Execution[] {
    return this.pipeline(pipeline).active.map((id) => this.execution(pipeline, id));
  }

  /** Keeps a new execution, and takes its number. `also` is written with it, or not at all. */
  add(execution: Execution, also: () => void = () => {}): void {
    this.store.transaction(() => {
      also();
      this.put({ ...this.pipeline(execution.pipeline), nextNumber: execution.number + 1 });
      this.save(execution);
    });
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
