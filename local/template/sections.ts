import { NotSupportedLocally } from '../kernel/failure';
import { isObject } from './function-call';
import { text } from './functions/argument';
import { readParameters } from './parameter-definitions';
import { readResources } from './resource-definitions';
import { checkName, requireMap } from './shapes';
import type { Json, Mappings, OutputDefinition, RuleDefinition, Template } from './template';
import { type Path, pointer, TemplateError } from './template-error';

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Transform',
  'Hooks',
  'Resources',
  'Outputs',
];

/** Reads the sections of a template, each in its own shape. Their references to each other are checked afterwards. */
export function readTemplate(whole: string, document: Json): Template {
  if (!isObject(document)) throw new TemplateError('Template format error: unsupported structure.');
  refuseNulls(document, []);
  checkSections(document);
  const description = document['Description'];
  return {
    text: whole,
    description: description === undefined ? undefined : String(description),
    metadata: document['Metadata'],
    parameters: readParameters(section(document, 'Parameters')),
    mappings: readMappings(section(document, 'Mappings')),
    conditions: readConditions(section(document, 'Conditions')),
    rules: readRules(section(document, 'Rules')),
    resources: readResources(document['Resources']),
    outputs: readOutputs(section(document, 'Outputs')),
  };
}

/** [R] E27: the path stands first, without the usual prefix. */
function refuseNulls(value: Json, path: Path): void {
  if (value === null) throw new TemplateError(`[${pointer(path)}] 'null' values are not allowed in templates`, path);
  if (typeof value !== 'object') return;
  const members = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, member] of members) refuseNulls(member, [...path, key]);
}

function checkSections(document: { [key: string]: Json }): void {
  // First: a transform may know sections that CloudFormation itself does not, as that of SAM knows `Globals`.
  if (document['Transform'] !== undefined) {
    const names = [document['Transform']].flat().map((name) => (isObject(name) ? text(name['Name']) : text(name)));
    throw new NotSupportedLocally(`The transform ${names.join(', ')}`, 'hand in the template that it would produce');
  }
  const unknown = Object.keys(document).filter((name) => !SECTIONS.includes(name));
  if (unknown.length) {
    throw new TemplateError(`Invalid template property or properties [${unknown.join(', ')}]`, unknown.slice(0, 1));
  }
  const version = document['AWSTemplateFormatVersion'];
  if (version !== undefined && version !== '2010-09-09') {
    const message = 'Template format error: unsupported value for AWSTemplateFormatVersion.';
    throw new TemplateError(message, ['AWSTemplateFormatVersion']);
  }
  if (document['Hooks'] !== undefined) throw new NotSupportedLocally('The Hooks section of a template');
}

function section(document: { [key: string]: Json }, name: string): { [key: string]: Json } {
  const value = document[name] ?? {};
  if (isObject(value)) return value;
  throw new TemplateError(`Template format error: [/${name}] ${name} must be a map.`, [name]);
}

function readMappings(mappings: { [key: string]: Json }): Mappings {
  for (const [name, map] of Object.entries(mappings)) {
    checkName(['Mappings', name], 'Mapping');
    for (const [key, attributes] of Object.entries(requireMap(map, ['Mappings', name]))) {
      for (const [attribute, value] of Object.entries(requireMap(attributes, ['Mappings', name, key]))) {
        if (!isObject(value)) continue;
        const message = 'Template format error: Every Mappings attribute must be a String or a List.';
        throw new TemplateError(message, ['Mappings', name, key, attribute]);
      }
    }
  }
  return mappings as unknown as Mappings;
}

function readConditions(conditions: { [key: string]: Json }): Record<string, Json> {
  for (const [name, condition] of Object.entries(conditions)) {
    checkName(['Conditions', name], 'Condition');
    if (isObject(condition) && Object.keys(condition).length === 1) continue;
    const message =
      'Template format error: Conditions can only be boolean operations on parameters and other conditions';
    throw new TemplateError(message, ['Conditions', name]);
  }
  return conditions;
}

function readRules(rules: { [key: string]: Json }): Record<string, RuleDefinition> {
  const read = ([name, rule]: [string, Json]): [string, RuleDefinition] => {
    const path = ['Rules', name];
    const { RuleCondition: condition, Assertions: assertions = null } = requireMap(rule, path);
    if (!Array.isArray(assertions) || !assertions.length) {
      const message = `Template format error: [${pointer(path)}] Every Rules object must contain Assertions.`;
      throw new TemplateError(message, path);
    }
    return [
      name,
      {
        condition,
        assertions: assertions.map((assertion, index) => readAssertion(assertion, [...path, 'Assertions', index])),
      },
    ];
  };
  return Object.fromEntries(Object.entries(rules).map(read));
}

function readAssertion(assertion: Json, path: Path): RuleDefinition['assertions'][number] {
  const { Assert: assert, AssertDescription: description } = requireMap(assertion, path);
  if (assert !== undefined) return { assert, description: text(description) };
  throw new TemplateError(
    `Template format error: [${pointer(path)}] Every Assertions member must contain Assert.`,
    path,
  );
}

function readOutputs(outputs: { [key: string]: Json }): Record<string, OutputDefinition> {
  const read = ([name, output]: [string, Json]): [string, OutputDefinition] => {
    const path = ['Outputs', name];
    checkName(path, 'Output');
    const { Value: value, Description, Condition, Export, ...others } = requireMap(output, path);
    const [unknown] = Object.keys(others);
    if (unknown) throw new TemplateError(`Invalid template output property '${unknown}'`, [...path, unknown]);
    if (value === undefined) {
      const message = `Template format error: [${pointer(path)}] Every Outputs member must contain a Value object`;
      throw new TemplateError(message, path);
    }
    const exportName = Export === undefined ? undefined : requireMap(Export, [...path, 'Export'])['Name'];
    return [name, { value, description: text(Description), exportName, condition: text(Condition) }];
  };
  return Object.fromEntries(Object.entries(outputs).map(read));
}
