import { userPattern } from '../../kernel/pattern';
import type { Located } from './located-yaml';

/** Consequence of a phase's failure (B5). `pattern` is searched in the phase's output. */
export type OnFailure =
  | { readonly action: 'default' | 'abort' | 'continue' }
  | { readonly action: 'retry'; readonly times: number; readonly pattern: string };

/** `ABORT`, `CONTINUE`, `RETRY`, `RETRY-n`, `RETRY-<regex>` or `RETRY-n-<regex>`; n is 0 to 100 and 3 by default. */
export function parseOnFailure(value: Located | undefined): OnFailure {
  if (!value) return { action: 'default' };
  const text = value.text();
  if (text === 'ABORT') return { action: 'abort' };
  if (text === 'CONTINUE') return { action: 'continue' };
  const match = /^RETRY(?:-(\d+))?(?:-(.+))?$/.exec(text);
  if (!match)
    throw value.mistake(`is ${text}`, 'there are ABORT, CONTINUE, RETRY, RETRY-n, RETRY-regex and RETRY-n-regex');
  const times = Number(match[1] ?? 3);
  if (times > 100) throw value.mistake(`retries ${times} times`, 'it can be 0 to 100 times');
  const pattern = match[2] ?? '.*';
  try {
    userPattern(pattern);
  } catch {
    throw value.mistake(`has ${pattern}, which is not a regular expression`);
  }
  return { action: 'retry', times, pattern };
}
