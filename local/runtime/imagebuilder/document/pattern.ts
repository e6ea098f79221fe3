/**
 * Converts a pattern of Go's regexp package (RE2) into a JavaScript expression, for `patternMatches`. Throws an `Error`
 * that names syntax that RE2 does not have, or that JavaScript cannot express. String comparisons are not
 * case-sensitive (D7).
 */
export function re2(pattern: string): RegExp {
  const absent = /\(\?<?[=!]|\\[1-9]/.exec(pattern);
  if (absent) throw new Error(`'${absent[0]}' is not part of RE2, the syntax of patternMatches`);
  const untranslated = /\[\[:\w+:\]|\\[AzQEC]/.exec(pattern);
  if (untranslated) throw new Error(`'${untranslated[0]}' in a pattern is not supported by the local runtime`);
  const [, inline = '', rest = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern) ?? [];
  const flags = new Set(['i', ...inline]);
  return new RegExp(rest.replaceAll('(?P<', '(?<'), [...flags].join(''));
}
