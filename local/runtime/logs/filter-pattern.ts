import { AwsError, NotSupportedLocally } from '../../kernel/failure';

/**
 * Compiles a filter pattern of words into a predicate: `ERROR`, `"two words"`, `a b` (both), `?a ?b` (either), `-a`
 * (not). Case matters. Patterns over JSON or over fields are refused by name. The empty pattern matches all.
 */
export function filterPattern(pattern: string | undefined): (message: string) => boolean {
  const text = (pattern ?? '').trim();
  if (/^[{[%]/.test(text)) throw new NotSupportedLocally(`The filter pattern ${text}`, 'use a pattern of words');
  const terms = termsOf(text);
  const either = terms.filter(({ sign }) => sign === '?');
  const every = terms.filter(({ sign }) => sign === '');
  const none = terms.filter(({ sign }) => sign === '-');
  return (message) =>
    every.every(({ word }) => message.includes(word)) &&
    !none.some(({ word }) => message.includes(word)) &&
    // AWS ignores optional words beside required ones.
    (!either.length || every.length > 0 || either.some(({ word }) => message.includes(word)));
}

interface Term {
  readonly sign: '' | '?' | '-';
  readonly word: string;
}

function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  const term = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/y;
  while (term.lastIndex < text.length) {
    const match = term.exec(text);
    if (!match) throw new AwsError('InvalidParameterException', 'Invalid filter pattern');
    const [, sign = '', quoted, plain = ''] = match;
    terms.push({ sign: sign as Term['sign'], word: quoted?.replace(/\\(.)/g, '$1') ?? plain });
  }
  return terms;
}
