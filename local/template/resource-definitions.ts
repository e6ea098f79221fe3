import { isObject } from './function-call';
import { checkName, requireMap } from './shapes';
import type { Json, RemovalPolicy, ResourceDefinition } from './template';
import { type Path, pointer, TemplateError } from './template-error';

const MEMBERS = [
  'Type',
  'Description',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'CreationPolicy',
  'UpdatePolicy',
  'Metadata',
];

const REMOVAL_POLICIES: readonly RemovalPolicy[] = ['Delete', 'Retain', 'Snapshot', 'RetainExceptOnCreate'];

/** Reads the Resources section. Messages are [R] of E27 unless marked otherwise. */
export function readResources(section: Json | undefined): Record<string, ResourceDefinition> {
  if (!isObject(section) || !Object.keys(section).length) {
    throw new TemplateError('Template format error: At least one Resources member must be defined.', ['Resources']);
  }
  return Object.fromEntries(Object.entries(section).map(([logicalId, value]) => [logicalId, read(logicalId, value)]));
}

function read(logicalId: string, value: Json): ResourceDefinition {
  const path = ['Resources', logicalId];
  checkName(path, 'Resource');
  const resource = requireMap(value, path);
  const unknown = Object.keys(resource).find((name) => !MEMBERS.includes(name));
  if (unknown) throw new TemplateError(`Invalid template resource property '${unknown}'`, [...path, unknown]);
  const type = resource['Type'];
  if (typeof type !== 'string' || !type) {
    const message = `Template format error: [${pointer(path)}] Every Resources object must contain a Type member.`;
    throw new TemplateError(message, path);
  }
  return {
    logicalId,
    type,
    properties: requireMap(resource['Properties'] ?? {}, [...path, 'Properties']),
    dependsOn: readDependsOn(resource['DependsOn'], [...path, 'DependsOn']),
    condition: readCondition(resource['Condition'], [...path, 'Condition']),
    deletionPolicy: readPolicy(resource['DeletionPolicy'], [...path, 'DeletionPolicy']),
    updateReplacePolicy: readPolicy(resource['UpdateReplacePolicy'], [...path, 'UpdateReplacePolicy']),
    creationPolicy: resource['CreationPolicy'],
    updatePolicy: resource['UpdatePolicy'],
    metadata: resource['Metadata'],
  };
}

function readDependsOn(value: Json | undefined, path: Path): string[] {
  const names = value === undefined ? [] : [value].flat();
  if (names.every((name) => typeof name === 'string')) return names;
  throw new TemplateError('Template format error: Every DependsOn value must be a string.', path);
}

function readCondition(value: Json | undefined, path: Path): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new TemplateError('Template format error: Every Condition member must be a string.', path);
}

/** E23. `Ref` in a policy would need the LanguageExtensions transform (E27). */
function readPolicy(value: Json | undefined, path: Path): RemovalPolicy | undefined {
  const name = path.at(-1);
  if (value === undefined) return undefined;
  const policy = REMOVAL_POLICIES.find((known) => known === value);
  if (policy && !(policy === 'RetainExceptOnCreate' && name === 'UpdateReplacePolicy')) return policy;
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  throw new TemplateError(`Template error: Unrecognized ${name} ${shown} for resource ${path.at(-2)}`, path);
}
