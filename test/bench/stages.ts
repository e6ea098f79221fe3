import type { Action } from './delivery';
import { covered, type Span } from './spans';

/** Breakdown of the time of one stage, in milliseconds: `commands`, `functions` and `engine` make up `total`. */
export interface StageTime {
  readonly name: string;
  readonly total: number;
  /** The user's own commands on the critical path. */
  readonly commands: number;
  /** The Lambda functions, which are part of what goes to AWS. */
  readonly functions: number;
  /** Time outside of commands and functions. */
  readonly engine: number;
  /** Commands of the buildspecs, with their durations. */
  readonly parts: readonly { readonly name: string; readonly milliseconds: number }[];
}

/** Names of this project's stages; an environment's stage is a roll. */
const NAMES: Readonly<Record<string, string>> = { Source: 'source', Build: 'build', Version: 'version', Bake: 'bake' };

/**
 * Cuts the time from the push to the end of the last action into stages without a gap between them: each lasts until the
 * next one's first action begins. Of parallel actions, the one that ended last counts.
 */
export function stageTimes(pushed: number, actions: readonly Action[]): StageTime[] {
  const stages = [...new Set(actions.map(({ stage }) => stage))];
  const within = (stage: string) => actions.filter((action) => action.stage === stage);
  let from = pushed;
  return stages.map((stage, index) => {
    const next = stages[index + 1];
    const to =
      next === undefined
        ? Math.max(...within(stage).map((action) => action.to))
        : Math.min(...within(next).map((action) => action.from));
    const time = stageTime(NAMES[stage] ?? `roll ${stage}`, critical(within(stage)), { from, to });
    from = to;
    return time;
  });
}

function stageTime(name: string, actions: readonly Action[], time: { from: number; to: number }): StageTime {
  const total = time.to - time.from;
  const own = actions.flatMap((action) => action.commands);
  const worked = actions.flatMap((action) => clip(action.functions, action));
  const commands = covered(own, time);
  const functions = covered([...own, ...worked], time) - commands;
  const parts = own.map(({ name, from, to }) => ({ name, milliseconds: to - from }));
  return { name, total, commands, functions, engine: total - commands - functions, parts };
}

/** Without those that ran beside a longer one. */
function critical(actions: readonly Action[]): Action[] {
  return actions.filter(
    (action) =>
      !actions.some(
        (other) =>
          other !== action &&
          other.from < action.to &&
          other.to > action.to &&
          other.from <= action.from + SAME_TIME_MS,
      ),
  );
}

/** Actions that start together do so one after the other, in the same moment. */
const SAME_TIME_MS = 500;

function clip(spans: readonly Span[], { from, to }: { from: number; to: number }): Span[] {
  return spans.map((span) => ({ ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) }));
}
