import { AwsError, NotSupportedLocally } from '../../../kernel/failure';
import type { ConditionDefinition, ConditionKind, StageDefinition } from '../definition';

/** The configuration that each kind of rule requires and permits. */
const RULE_TYPES: Readonly<
  Record<string, { readonly required: readonly string[]; readonly known: readonly string[] }>
> = {
  VariableCheck: { required: ['Variable', 'Operator', 'Value'], known: [] },
  LambdaInvoke: { required: ['FunctionName'], known: ['UserParameters'] },
  CloudWatchAlarm: { required: ['AlarmName'], known: ['AlarmStates', 'WaitTime'] },
};

/** A22: possible results, by the kind of condition. */
const RESULTS: Readonly<Record<ConditionKind, readonly string[]>> = {
  beforeEntry: ['FAIL', 'SKIP'],
  onSuccess: ['ROLLBACK', 'FAIL'],
  onFailure: ['ROLLBACK', 'FAIL'],
};

const SKIPPING = ['LambdaInvoke', 'VariableCheck'];
const MOST_RULES = 5;

/** True if this runtime runs rules of the provider. */
export function runsRule(provider: string): boolean {
  return Object.hasOwn(RULE_TYPES, provider);
}

/** Refuses a condition that cannot be checked, or whose result is impossible (A22). */
export function validateCondition(stage: StageDefinition, kind: ConditionKind, condition: ConditionDefinition): void {
  const { result, rules } = condition;
  const refused = (why: string) =>
    new AwsError('InvalidStageDeclarationException', `Stage ${stage.name}: ${kind} ${why}`);
  if (!RESULTS[kind].includes(result)) throw refused(`cannot have the result ${result}`);
  if (rules.length < 1 || rules.length > MOST_RULES) throw refused(`must have 1 to ${MOST_RULES} rules`);
  if (new Set(rules.map(({ name }) => name)).size < rules.length) throw refused('has two rules of one name');
  for (const { name, provider, configuration } of rules) {
    const type = RULE_TYPES[provider];
    if (!type) throw new NotSupportedLocally(`Stage ${stage.name}: the rule ${provider}`);
    if (result === 'SKIP' && !SKIPPING.includes(provider)) throw refused(`cannot SKIP by the rule ${provider}`);
    const missing = type.required.find((key) => configuration[key] === undefined);
    if (missing) throw refused(`rule ${name} is missing required configuration '${missing}'`);
    const unknown = Object.keys(configuration).find((key) => ![...type.required, ...type.known].includes(key));
    if (unknown) throw refused(`rule ${name} contains unknown configuration '${unknown}'`);
  }
}
