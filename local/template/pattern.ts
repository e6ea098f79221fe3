import { NotSupportedLocally } from '../kernel/failure';

/** Constructs of Java's expressions that JavaScript reads as something else without `u`, and refuses with it. */
const JAVA_ONLY = /\\[AGHQERXZhz]|\\[pP]\{|\(\?[a-zA-Z]|[*+?}]\+|&&\[/;

/** True if all of `value` matches an AllowedPattern. CloudFormation's expressions are Java's. */
export function matchesPattern(pattern: string, value: string): boolean {
  return expression(pattern).test(value);
}

function expression(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    // `u` also refuses harmless escapes, such as `[\w\-]`, that both languages know: once more without it.
  }
  const refusal = new NotSupportedLocally(`AllowedPattern ${pattern}`, 'it is written in a form that only Java reads');
  if (JAVA_ONLY.test(pattern)) throw refusal;
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    throw refusal;
  }
}
