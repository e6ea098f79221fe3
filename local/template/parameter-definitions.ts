import { text } from './functions/argument';
import { parameterType } from './parameter-types';
import { checkName, requireMap } from './shapes';
import type { Json, ParameterDefinition } from './template';
import { type Path, TemplateError } from './template-error';

const MEMBERS = [
  'Type',
  'Default',
  'Description',
  'NoEcho',
  'AllowedValues',
  'AllowedPattern',
  'MinLength',
  'MaxLength',
  'MinValue',
  'MaxValue',
  'ConstraintDescription',
];

/** The Parameters section (E24). */
export function readParameters(section: { [key: string]: Json }): Record<string, ParameterDefinition> {
  return Object.fromEntries(Object.entries(section).map(([name, value]) => [name, read(name, value)]));
}

function read(name: string, value: Json): ParameterDefinition {
  const path = ['Parameters', name];
  checkName(path, 'Parameter');
  const members = requireMap(value, path);
  const unknown = Object.keys(members).find((member) => !MEMBERS.includes(member));
  if (unknown) throw new TemplateError(`Invalid template parameter property '${unknown}'`, [...path, unknown]);
  const type = text(members['Type']);
  if (type === undefined) {
    throw new TemplateError('Template format error: Every Parameters object must contain a Type member.', path);
  }
  if (!parameterType(type)) {
    throw new TemplateError(`Template format error: Unrecognized parameter type: ${type}`, [...path, 'Type']);
  }
  const at = (member: string) => ({ value: members[member], path: [...path, member] });
  return {
    name,
    type,
    default: readText(at('Default')),
    description: readText(at('Description')),
    noEcho: readText(at('NoEcho'))?.toLowerCase() === 'true',
    allowedValues: readAllowedValues(at('AllowedValues')),
    allowedPattern: readText(at('AllowedPattern')),
    minLength: readNumber(at('MinLength')),
    maxLength: readNumber(at('MaxLength')),
    minValue: readNumber(at('MinValue')),
    maxValue: readNumber(at('MaxValue')),
    constraintDescription: readText(at('ConstraintDescription')),
  };
}

interface Member {
  readonly value: Json | undefined;
  readonly path: Path;
}

function readText({ value, path }: Member): string | undefined {
  const found = text(value);
  if (value === undefined || found !== undefined) return found;
  throw new TemplateError(`Template format error: Every ${path.at(-1)} member must be a string.`, path);
}

function readNumber(member: Member): number | undefined {
  const found = readText(member);
  if (found === undefined || /^-?\d+(\.\d+)?$/.test(found)) return found === undefined ? undefined : Number(found);
  throw new TemplateError(`Template format error: Every ${member.path.at(-1)} member must be a number.`, member.path);
}

function readAllowedValues({ value, path }: Member): string[] | undefined {
  if (value === undefined) return undefined;
  const values = Array.isArray(value) ? value.map(text) : [undefined];
  if (values.every((one) => one !== undefined)) return values;
  throw new TemplateError('Template format error: Every AllowedValues value must be a string.', path);
}
