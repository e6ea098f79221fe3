import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, SystemClock } from '../../../../../local/kernel/clock';
import type { ActionName, Json } from '../../../../../local/runtime/imagebuilder/document/document';
import type { ActionContext, StepResult } from '../../../../../local/runtime/imagebuilder/toe/action';
import { perform } from '../../../../../local/runtime/imagebuilder/toe/execute';

/** One action at a time, done for real in a directory of its own. */
export interface StepRig {
  readonly directory: string;
  /** Lines that the actions printed. */
  readonly printed: string[];
  /** Aborts the step that runs, as its time limit would. */
  readonly controller: AbortController;
  path(name: string): string;
  run(action: Exclude<ActionName, 'Assert'>, inputs: Json): Promise<StepResult>;
  end(): void;
}

export function stepRig(further: Partial<ActionContext> = {}, clock: Clock = new SystemClock(1000)): StepRig {
  const directory = mkdtempSync(join(tmpdir(), 'step-'));
  const printed: string[] = [];
  const controller = new AbortController();
  const unused = () => Promise.reject(new Error('not in this test'));
  const context: ActionContext = {
    signal: controller.signal,
    clock,
    aws: { s3: unused, ssm: unused, imageBuilder: unused },
    folder: join(directory, 'toe'),
    print: (text) => printed.push(text),
    nested: unused,
    ...further,
  };
  return {
    directory,
    printed,
    controller,
    path: (name) => join(directory, name),
    run: (action, inputs) => perform(action, inputs, context),
    end: () => rmSync(directory, { recursive: true }),
  };
}
