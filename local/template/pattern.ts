import { NotSupportedLocally } from '../kernel/failure';
import { type Pattern, PatternTooSlow, userPattern } from '../kernel/pattern';

/** Constructs of Java's expressions that JavaScript reads as something else without `u`, and refuses with it. */
const JAVA_ONLY = /\\[AGHQERXZhz]|\\[pP]\{|\(\?[a-zA-Z]|[*+?}]\+|&&\[/;

/** True if all of `value` matches an AllowedPattern. CloudFormation's expressions are Java's. */
export function matchesPattern(pattern: string, value: string): boolean {
  try {
    return expression(pattern).test(value);
  } catch (error) {
    if (!(error instanceof PatternTooSlow)) throw error;
    throw new NotSupportedLocally(`AllowedPattern ${pattern}`, error.message);
  }
}

function expression(pattern: string): Pattern {
  try {
    return userPattern(`^(?:${pattern})$`, { unicode: true });
  } catch {
    // `u` also refuses harmless escapes, such as `[\w\-]`, that both languages know: once more without it.
  }
  const refusal = new NotSupportedLocally(`AllowedPattern ${pattern}`, 'it is written in a form that only Java reads');
  if (JAVA_ONLY.test(pattern)) throw refusal;
  try {
    return userPattern(`^(?:${pattern})$`);
  } catch {
    throw refusal;
  }
}
