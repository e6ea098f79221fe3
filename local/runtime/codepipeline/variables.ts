import { AwsError } from '../../kernel/failure';
import type { ActionDefinition } from './definition';

/** Values by namespace, then by key. */
export type Variables = Readonly<Record<string, Readonly<Record<string, string>>>>;

const REFERENCE = /#\{([A-Za-z0-9@\-_]+)\.([A-Za-z0-9@\-_]+)\}/g;

/** Anything that looks like a reference; these characters cannot be escaped (A28). */
const LIKE_REFERENCE = /#\{[^}]*\}/g;

/** A7: all resolved values of one action's configuration together. */
const RESOLVED_LIMIT = 100 * 1024;

/** A7: all output variables of one action together. */
const OUTPUT_LIMIT = 122_880;

/**
 * The action's configuration with every `#{namespace.key}` replaced (A24).
 *
 * Replacement is of raw text, once, without any escaping (A27, J6): a value that holds quotes breaks the JSON around
 * it, as it does on AWS, and a value that holds `#{…}` itself is not looked into again. A reference to nothing fails
 * the action (A28).
 */
export function resolveConfiguration(
  { name, configuration }: Pick<ActionDefinition, 'name' | 'configuration'>,
  variables: Variables,
): Record<string, string> {
  const resolved = Object.fromEntries(
    Object.entries(configuration).map(([key, text]) => [key, substitute(text, variables, name)]),
  );
  const size = Object.values(resolved).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (size > RESOLVED_LIMIT) {
    throw new AwsError(
      'ConfigurationError',
      `The resolved action configuration is ${size} bytes; the limit is ${RESOLVED_LIMIT}`,
    );
  }
  return resolved;
}

function substitute(text: string, variables: Variables, action: string): string {
  return text.replace(REFERENCE, (reference, namespace: string, key: string) => {
    const value = variables[namespace]?.[key];
    if (value === undefined) {
      throw new AwsError(
        'ConfigurationError',
        `An action in this pipeline failed because one or more variables could not be resolved: Action name=${action}. This can result when a variable is referenced that does not exist: ${reference}`,
      );
    }
    return value;
  });
}

/** Returns the references in a written configuration; without a namespace if it cannot be parsed. */
export function referencesOf(
  configuration: Readonly<Record<string, string>>,
): { key: string; text: string; namespace?: string }[] {
  return Object.entries(configuration).flatMap(([key, value]) =>
    [...value.matchAll(LIKE_REFERENCE)].map(([text]) => ({
      key,
      text,
      namespace: [...text.matchAll(REFERENCE)][0]?.[1],
    })),
  );
}

/**
 * Refuses invalid output variables: more than CodePipeline accepts (A7), or a name to which no reference is possible
 * (A5).
 */
export function checkOutputVariables(variables: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(variables)) {
    if (!/^[A-Za-z0-9@\-_]+$/.test(key)) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value at 'outputVariables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [A-Za-z0-9@\\-_]+] (${key})`,
      );
    }
  }
  const bytes = Object.entries(variables).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (bytes > OUTPUT_LIMIT) {
    throw new AwsError(
      'OutputVariablesSizeExceededException',
      `Exceeded the total size limit for all variables in the pipeline: ${bytes} bytes.`,
    );
  }
}
