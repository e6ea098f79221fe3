import { PatternTooSlow, userPattern } from '../../../kernel/pattern';
import { ActionFailed, type ActionRunner } from '../actions/action';

/** The operators, and when each of them is met. */
const OPERATORS: Readonly<Record<string, (variable: string, value: string) => boolean>> = {
  EQ: (variable, value) => variable === value,
  NE: (variable, value) => variable !== value,
  CONTAINS: (variable, value) => variable.includes(value),
  // AWS's are Java's regular expressions; those of both languages mean the same in all but rare corners.
  MATCHES: (variable, value) => userPattern(`^(?:${value})$`, { unicode: true }).test(variable),
};

/** Compares a variable of the execution with a value (A22). */
export const variableCheck: ActionRunner = async ({ configuration }) => {
  const { Variable: variable = '', Operator: operator = '', Value: value = '' } = configuration;
  const met = OPERATORS[operator];
  if (!met) throw new ActionFailed('ConfigurationError', `The operator ${operator} is none of ${operators()}`);
  const reason = `${JSON.stringify(variable)} ${operator} ${JSON.stringify(value)}`;
  if (!holds(met, variable, value)) throw new ActionFailed('JobFailed', `The variable does not meet ${reason}`);
  return { summary: reason };
};

function holds(met: (variable: string, value: string) => boolean, variable: string, value: string): boolean {
  try {
    return met(variable, value);
  } catch (error) {
    if (error instanceof PatternTooSlow) throw new ActionFailed('ConfigurationError', error.message);
    if (!(error instanceof SyntaxError)) throw error;
    throw new ActionFailed('ConfigurationError', `${value} is no regular expression: ${error.message}`);
  }
}

function operators(): string {
  return Object.keys(OPERATORS).join(', ');
}
