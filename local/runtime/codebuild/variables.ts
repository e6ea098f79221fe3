import type { Parameters } from '../../kernel/ports';
import type { Buildspec } from './buildspec';
import { PhaseFailed } from './failed';
import type { EnvironmentVariable } from './records';

/** The variables of a build, and those of their values that no log may show. */
export interface BuildVariables {
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  /** Names that `exported-variables` may hold: parameters and `AWS_*` are never exported (B7). */
  readonly exportable: readonly string[];
}

/**
 * Joins the sources of variables; the later ones override: buildspec, project, start of the build (B7). Values are
 * literal. Errors: `Decrypted Variables Error` for a missing parameter.
 */
export function resolveVariables(
  env: Buildspec['env'],
  further: readonly (readonly EnvironmentVariable[])[],
  parameters: Parameters,
): BuildVariables {
  const all = new Map<string, EnvironmentVariable>();
  for (const variable of [...ofBuildspec(env), ...further.flat()]) all.set(variable.name, variable);
  const values: Record<string, string> = {};
  const secrets: string[] = [];
  const [plain, others] = [true, false].map((isPlain) =>
    [...all.values()].filter(({ type }) => (type === 'PLAINTEXT') === isPlain),
  ) as [EnvironmentVariable[], EnvironmentVariable[]];
  for (const { name, value } of plain) values[name] = value;
  for (const { name, value, type } of others) {
    secrets.push(readParameter(name, { value: withVariables(value, values), type }, parameters));
    values[name] = secrets.at(-1)!;
  }
  const exportable = env.exportedVariables.filter(
    (name) => !name.startsWith('AWS_') && (all.get(name)?.type ?? 'PLAINTEXT') === 'PLAINTEXT',
  );
  return { values, secrets, exportable };
}

/** `/$STAGE/key`: the name of a parameter may hold variables with a literal value. */
function withVariables(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    return values[braced ?? bare ?? ''] ?? whole;
  });
}

function ofBuildspec(env: Buildspec['env']): EnvironmentVariable[] {
  const of = (type: EnvironmentVariable['type'], variables: Readonly<Record<string, string>>) =>
    Object.entries(variables).map(([name, value]) => ({ name, value, type }));
  return [...of('PLAINTEXT', env.variables), ...of('PARAMETER_STORE', env.parameterStore)];
}

function readParameter(
  name: string,
  { value, type }: Pick<EnvironmentVariable, 'value' | 'type'>,
  parameters: Parameters,
): string {
  if (type === 'SECRETS_MANAGER') {
    const reason = `${name} comes from AWS Secrets Manager, which is not supported by the local runtime`;
    throw new PhaseFailed('Secrets Manager Error', reason);
  }
  const found = parameters.value(value);
  if (found === undefined) throw new PhaseFailed('Decrypted Variables Error', `parameter does not exist: ${value}`);
  return found;
}
