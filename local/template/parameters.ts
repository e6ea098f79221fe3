import { checkConstraints } from './parameter-constraints';
import { type ParameterType, parameterType } from './parameter-types';
import type { ParameterDefinition, ResolvedParameter, SsmLookup, Template } from './template';
import { TemplateError } from './template-error';

export interface SuppliedParameter {
  readonly key: string;
  readonly value?: string;
  /** Keep the value the stack has. */
  readonly previous?: boolean;
}

export interface ParameterOptions {
  /** Values (as supplied) of the stack's last operation; absent when the stack is new. */
  readonly previous?: Readonly<Record<string, string>>;
  readonly ssm: SsmLookup;
  /** True if an AWS-specific id (`AWS::EC2::Image::Id` …) exists here; absent = not checked (E24). */
  exists?(type: string, value: string): boolean;
}

/**
 * The value of each of the template's parameters: as supplied, as the stack has it, or the default; checked against type
 * and constraints (E24). Rules are asserted by `evaluateConditions`, which can see pseudo parameters too.
 */
export function resolveParameters(
  template: Template,
  supplied: readonly SuppliedParameter[],
  options: ParameterOptions,
): ResolvedParameter[] {
  const values = suppliedValues(template, supplied, options);
  const definitions = Object.values(template.parameters);
  const missing = definitions.filter((parameter) => (values.get(parameter.name) ?? parameter.default) === undefined);
  if (missing.length) {
    throw new TemplateError(`Parameters: [${missing.map(({ name }) => name).join(', ')}] must have values`);
  }
  return definitions.map((parameter) =>
    resolve(parameter, values.get(parameter.name) ?? parameter.default ?? '', options),
  );
}

/** The values that `Ref` gives, for `Environment.parameters`: lists are split, SSM parameters looked up. */
export function parameterValues(resolved: readonly ResolvedParameter[]): Record<string, string | string[]> {
  return Object.fromEntries(
    resolved.map((parameter) => {
      const value = parameter.resolved ?? parameter.value;
      return [parameter.key, parameterType(parameter.type)?.list ? elements(value) : value];
    }),
  );
}

function suppliedValues(
  template: Template,
  supplied: readonly SuppliedParameter[],
  { previous }: ParameterOptions,
): Map<string, string> {
  const unknown = supplied.map(({ key }) => key).filter((key) => !Object.hasOwn(template.parameters, key));
  if (unknown.length) throw new TemplateError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const values = new Map<string, string>();
  for (const parameter of supplied) {
    const { key, value } = parameter;
    const kept = parameter.previous ? previousValue(parameter, previous) : value;
    if (kept === undefined) continue;
    if (Buffer.byteLength(kept) > 4096) {
      throw new TemplateError(
        `1 validation error detected: Value at 'parameters.${key}.parameterValue' failed to satisfy constraint: Member must have length less than or equal to 4096`,
      );
    }
    values.set(key, kept);
  }
  return values;
}

function previousValue({ key, value }: SuppliedParameter, previous: ParameterOptions['previous'] = {}): string {
  const refuse = (why: string) =>
    new TemplateError(`Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true ${why}`);
  if (value) throw refuse('and non empty value for a parameter');
  const kept = Object.hasOwn(previous, key) ? previous[key] : undefined;
  if (kept === undefined) throw refuse('for a parameter key not in the previous template');
  return kept;
}

function resolve(parameter: ParameterDefinition, value: string, options: ParameterOptions): ResolvedParameter {
  const { name: key, noEcho } = parameter;
  const type = parameterType(parameter.type);
  if (!type) throw new TemplateError(`Template format error: Unrecognized parameter type: ${parameter.type}`);
  const given = type.list && !type.ssm ? elements(value) : [value];
  checkConstraints(parameter, type, given);
  if (type.ssm && value === '') {
    throw new TemplateError(`Parameter ${key} should either have input value or default value`);
  }
  const resolved = type.ssm ? ssmValue(value, type, options) : undefined;
  checkExistence(key, type, { value: resolved ?? value, options });
  return { key, type: parameter.type, value, noEcho, ...(resolved === undefined ? {} : { resolved }) };
}

/** Latest value at every create, update and change set (E24). */
function ssmValue(name: string, { list }: ParameterType, { ssm }: ParameterOptions): string {
  const parameter = ssm(name);
  if (!parameter) {
    throw new TemplateError(`Unable to fetch parameters [${name}] from parameter store for this account.`);
  }
  const fits = list ? parameter.type === 'StringList' : parameter.type !== 'SecureString';
  if (fits) return parameter.value;
  throw new TemplateError(`Parameters [${name}] referenced by template have types not supported by CloudFormation.`);
}

interface Existence {
  readonly value: string;
  readonly options: ParameterOptions;
}

function checkExistence(key: string, { element, list }: ParameterType, { value, options }: Existence): void {
  if (element === 'String' || element === 'Number') return;
  const exists = (one: string) =>
    element === 'AWS::SSM::Parameter::Name' ? options.ssm(one) !== undefined : (options.exists?.(element, one) ?? true);
  const absent = (list ? elements(value) : [value]).find((one) => !exists(one));
  if (absent === undefined) return;
  throw new TemplateError(
    `Parameter validation failed: parameter value ${absent} for parameter name ${key} does not exist`,
  );
}

/** Blanks around an element do not count. An empty text is a list of one empty element, as `Ref` shows it on AWS. */
function elements(value: string): string[] {
  return value.split(',').map((element) => element.trim());
}
