import type { Clock } from '../../../kernel/clock';
import type { Alarms } from '../../../kernel/ports';
import type { ActionRunner } from '../actions/action';
import { cloudWatchAlarm } from './cloudwatch-alarm';
import { variableCheck } from './variable-check';

export interface RuleServices {
  readonly clock: Clock;
  /** Invokes a function with a job, as the Lambda action does. */
  readonly lambda: ActionRunner;
  readonly alarms: Alarms;
}

/** Runners for each kind of rule (A22). A rule that rejects has failed. */
export function ruleRunners({ clock, lambda, alarms }: RuleServices): Readonly<Record<string, ActionRunner>> {
  return {
    VariableCheck: variableCheck,
    LambdaInvoke: lambda,
    CloudWatchAlarm: cloudWatchAlarm({ clock, alarms }),
  };
}
