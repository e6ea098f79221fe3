import { conditionsNamedIn } from './conditions';
import { conditionCall, type FunctionCall, isObject } from './function-call';
import { unresolvedDependencies } from './graph';
import { referencesOf } from './references';
import type { Json, Reference, Template } from './template';
import { type Path, TemplateError } from './template-error';

/** Refuses names that the template does not have: resources, parameters, conditions, mappings (E27). */
export function checkReferences(template: Template): void {
  checkConditions(template);
  checkRules(template);
  for (const resource of Object.values(template.resources)) {
    const { properties, metadata = {}, creationPolicy = {}, updatePolicy = {}, dependsOn, condition } = resource;
    checkValues(template, {
      block: 'Resources',
      path: ['Resources', resource.logicalId],
      values: {
        Properties: { ...properties },
        Metadata: metadata,
        CreationPolicy: creationPolicy,
        UpdatePolicy: updatePolicy,
      },
      dependsOn,
      condition,
    });
  }
  for (const [name, { value, exportName = '', condition }] of Object.entries(template.outputs)) {
    const values = { Value: value, Export: exportName };
    checkValues(template, { block: 'Outputs', path: ['Outputs', name], values, condition });
  }
}

interface Checked {
  readonly block: 'Resources' | 'Outputs';
  readonly path: readonly string[];
  /** Definitions by key, under `path`. */
  readonly values: Json;
  readonly dependsOn?: readonly string[];
  readonly condition?: string;
}

function checkValues(template: Template, { block, path, values, dependsOn = [], condition }: Checked): void {
  if (condition !== undefined && !Object.hasOwn(template.conditions, condition)) {
    throw unresolvedCondition(condition, block, [...path, 'Condition']);
  }
  checkCalls(template, values, path);
  const isResource = (logicalId: string) => Object.hasOwn(template.resources, logicalId);
  const isKnown = ({ logicalId, attribute }: Reference) =>
    isResource(logicalId) || (attribute === undefined && Object.hasOwn(template.parameters, logicalId));
  const late = dependsOn.filter((logicalId) => !isResource(logicalId));
  const unknown = referencesOf(values).filter((reference) => !isKnown(reference));
  const names = [
    ...late,
    ...unknown.filter(({ attribute }) => attribute === undefined).map(({ logicalId }) => logicalId),
  ];
  const [first] = unknown;
  const place = first ? pathOf(first, values, path) : [...path, 'DependsOn'];
  if (names.length) throw unresolvedDependencies(names, block, place);
  if (first) {
    throw new TemplateError(
      `Template error: instance of Fn::GetAtt references undefined resource ${first.logicalId}`,
      place,
    );
  }
}

/** Returns the path to `reference` in `value`. */
function pathOf(reference: Reference, value: Json, path: Path): Path {
  const members = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  const within = members.find(([, member]) =>
    referencesOf(member).some(
      ({ logicalId, attribute }) => logicalId === reference.logicalId && attribute === reference.attribute,
    ),
  );
  return within ? pathOf(reference, within[1], [...path, within[0]]) : path;
}

function checkConditions(template: Template): void {
  for (const [name, definition] of Object.entries(template.conditions)) {
    const path = ['Conditions', name];
    const unknown = referencesOf(definition)
      .map(({ logicalId }) => logicalId)
      .filter((logicalId) => !Object.hasOwn(template.parameters, logicalId));
    if (unknown.length) {
      throw new TemplateError(
        `Template format error: Unresolved dependencies [${unknown.join(', ')}]. Cannot reference resources in the Conditions block of the template`,
        path,
      );
    }
    const missing = conditionsNamedIn(definition).find((other) => !Object.hasOwn(template.conditions, other));
    if (missing !== undefined) throw unresolvedCondition(missing, 'Conditions', path);
    checkCalls(template, definition, path);
    refuseCircle(template, name, []);
  }
}

function refuseCircle(template: Template, name: string, way: readonly string[]): void {
  if (way.includes(name)) {
    const circle = way.slice(way.indexOf(name)).join(', ');
    throw new TemplateError(`Circular dependency between conditions: [${circle}]`, ['Conditions', name]);
  }
  for (const other of conditionsNamedIn(template.conditions[name] ?? {})) refuseCircle(template, other, [...way, name]);
}

function checkRules(template: Template): void {
  for (const [name, rule] of Object.entries(template.rules)) {
    const values = [rule.condition ?? {}, ...rule.assertions.map(({ assert }) => assert)];
    const unknown = referencesOf(values).find(({ logicalId }) => !Object.hasOwn(template.parameters, logicalId));
    if (unknown) {
      const message = `Template format error: Unresolved dependencies [${unknown.logicalId}]. Cannot reference resources in the Rules block of the template`;
      throw new TemplateError(message, ['Rules', name]);
    }
    checkCalls(template, values, ['Rules', name]);
  }
}

/** The names that functions look up elsewhere in the template: conditions and mappings. */
function checkCalls(template: Template, values: Json, path: Path): void {
  for (const { name, argument } of callsIn(values)) {
    const [first] = Array.isArray(argument) ? argument : [];
    if (typeof first !== 'string') continue;
    if (name === 'Fn::If' && !Object.hasOwn(template.conditions, first)) {
      throw new TemplateError(`Template error: unresolved condition dependency ${first} in Fn::If`, path);
    }
    if (name === 'Fn::FindInMap' && !Object.hasOwn(template.mappings, first)) {
      const message = `Template error: Mapping named '${first}' is not present in the 'Mappings' section of template.`;
      throw new TemplateError(message, path);
    }
  }
}

function callsIn(value: Json): FunctionCall[] {
  const call = conditionCall(value);
  if (call) return [call, ...callsIn(call.argument)];
  if (Array.isArray(value)) return value.flatMap(callsIn);
  return isObject(value) ? Object.values(value).flatMap(callsIn) : [];
}

function unresolvedCondition(name: string, block: string, path: Path): TemplateError {
  return new TemplateError(
    `Template format error: Unresolved condition dependency ${name} in the ${block} block of the template`,
    path,
  );
}
