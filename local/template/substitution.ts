const VARIABLE = /\$\{([^}]*)\}/g;

/** The variables of an Fn::Sub text, in order, each once. `${!Literal}` is none. */
export function variablesOf(text: string): string[] {
  const names = [...text.matchAll(VARIABLE)].map((match) => match[1] ?? '').filter((name) => !name.startsWith('!'));
  return [...new Set(names)];
}

/** The text with each variable replaced, and `${!Literal}` written as `${Literal}`. */
export function substitute(text: string, replacement: (name: string) => string): string {
  return text.replace(VARIABLE, (_, name: string) =>
    name.startsWith('!') ? `\${${name.slice(1)}}` : replacement(name),
  );
}

/** `Logical.Attribute` to both; a name without a dot has no attribute. */
export function variableReference(name: string): { logicalId: string; attribute?: string } {
  const dot = name.indexOf('.');
  return dot < 0 ? { logicalId: name } : { logicalId: name.slice(0, dot), attribute: name.slice(dot + 1) };
}
