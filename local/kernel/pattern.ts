import { createContext, Script } from 'node:vm';
import { RE2JS, RE2JSException } from 're2js';

/** A compiled regular expression. */
export interface Pattern {
  /** True if a part of the text matches. Throws `PatternTooSlow`. */
  test(text: string): boolean;
}

/** A pattern that only a backtracking engine can match takes too long on a text. */
export class PatternTooSlow extends Error {
  constructor(pattern: string, text: string) {
    super(`the regular expression ${pattern} takes too long on a value of ${text.length} characters`);
  }
}

/** Milliseconds for one text. Everything else waits meanwhile. */
const LIMIT_MS = 100;

/**
 * Compiles a regular expression of a user, in JavaScript's syntax. It is matched in linear time, by RE2. Look-around and
 * references back to a group, which RE2 does not have, are matched by JavaScript with a time limit. Throws `SyntaxError`.
 */
export function userPattern(source: string, { unicode = false } = {}): Pattern {
  const expression = new RegExp(source, unicode ? 'u' : '');
  try {
    const linear = RE2JS.compile(source);
    return { test: (text) => linear.matcher(text).find() };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { test: (text) => testWithin(expression, text) };
  }
}

const TEST = new Script('expression.test(text)');

function testWithin(expression: RegExp, text: string): boolean {
  try {
    return TEST.runInContext(createContext({ expression, text }), { timeout: LIMIT_MS }) as boolean;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new PatternTooSlow(expression.source, text);
  }
}

/**
 * True if all of the text matches a pattern in which `*` stands for any text, and `?`, if it is a wildcard, for one
 * character. Takes at most the product of both lengths.
 */
export function matchesWildcard(text: string, pattern: string, { question = true } = {}): boolean {
  let [at, from] = [0, 0];
  let star: { pattern: number; text: number } | undefined;
  while (at < text.length) {
    const wanted = pattern[from];
    if (wanted === '*') {
      star = { pattern: from++, text: at };
    } else if (wanted === text[at] || (question && wanted === '?')) {
      at++;
      from++;
    } else if (star) {
      // The last star takes one character more. An earlier one need not: it has had its shortest text.
      from = star.pattern + 1;
      at = ++star.text;
    } else {
      return false;
    }
  }
  while (pattern[from] === '*') from++;
  return from === pattern.length;
}
