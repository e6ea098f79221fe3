import { NotSupportedLocally } from '../kernel/failure';
import { dynamicReferencesIn } from './dynamic-references';
import { conditionCall, type FunctionCall, functionCall, isObject } from './function-call';
import type { Block } from './functions/intrinsic';
import { INTRINSICS, REFUSED_INTRINSICS, unknownFunction } from './functions/registry';
import { own } from './own';
import type { Json, Template } from './template';
import { type Path, pointer, TemplateError } from './template-error';

/**
 * Refuses functions that do not exist, are not permitted at their place, or have arguments of the wrong shape (E27).
 */
export function checkFunctions(template: Template): void {
  for (const [name, condition] of Object.entries(template.conditions)) {
    checkTruth(condition, ['Conditions', name], 'conditions');
  }
  for (const [name, { condition, assertions }] of Object.entries(template.rules)) {
    if (condition !== undefined) checkTruth(condition, ['Rules', name, 'RuleCondition'], 'rules');
    for (const [index, { assert }] of assertions.entries()) {
      checkTruth(assert, ['Rules', name, 'Assertions', index, 'Assert'], 'rules');
    }
  }
  for (const resource of Object.values(template.resources)) {
    const path = ['Resources', resource.logicalId];
    const parts = { Properties: { ...resource.properties }, ...optionalParts(resource) };
    for (const [part, value] of Object.entries(parts)) check(value, [...path, part], 'values');
  }
  for (const [name, { value, exportName }] of Object.entries(template.outputs)) {
    check(value, ['Outputs', name, 'Value'], 'values');
    if (exportName !== undefined) check(exportName, ['Outputs', name, 'Export', 'Name'], 'values');
  }
}

function optionalParts(resource: {
  creationPolicy?: Json;
  updatePolicy?: Json;
  metadata?: Json;
}): Record<string, Json> {
  const { creationPolicy = {}, updatePolicy = {}, metadata = {} } = resource;
  return { CreationPolicy: creationPolicy, UpdatePolicy: updatePolicy, Metadata: metadata };
}

const TRUTHS = ['Condition', 'Fn::And', 'Fn::Or', 'Fn::Not', 'Fn::Equals'];
const RULE_TRUTHS = [...TRUTHS, 'Fn::Contains', 'Fn::EachMemberEquals', 'Fn::EachMemberIn'];

/** The top of a condition or an assertion must itself be a boolean operation. */
function checkTruth(value: Json, path: Path, block: Block): void {
  check(value, path, block);
  const name = conditionCall(value)?.name;
  if (name && (block === 'rules' ? RULE_TRUTHS : TRUTHS).includes(name)) return;
  throw new TemplateError(
    'Template format error: Conditions can only be boolean operations on parameters and other conditions',
    path,
  );
}

function check(value: Json, path: Path, block: Block): void {
  const call = block === 'values' ? functionCall(value) : conditionCall(value);
  if (call) {
    checkCall(call, [...path, call.name], block);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) check(item, [...path, index], block);
  } else if (isObject(value)) {
    const name = Object.keys(value).find((key) => key.startsWith('Fn::'));
    if (name) throw new TemplateError(`Template format error: [${pointer(path)}] ${name} must stand alone`, path);
    for (const [key, member] of Object.entries(value)) check(member, [...path, key], block);
  } else if (typeof value === 'string') {
    dynamicReferencesIn(value);
  }
}

function checkCall({ name, argument }: FunctionCall, path: Path, block: Block): void {
  const refusal = own(REFUSED_INTRINSICS, name.startsWith('Fn::ForEach::') ? 'Fn::ForEach' : name);
  if (refusal) throw new NotSupportedLocally(name, refusal);
  const intrinsic = own(INTRINSICS, name);
  if (!intrinsic) throw new TemplateError(unknownFunction(name), path);
  const message = intrinsic.check(argument);
  if (message) throw new TemplateError(message, path);
  if (!intrinsic.allowedIn.includes(block)) throw new TemplateError(misplaced(name, block), path);
  checkArguments(argument, path, block);
}

/** Looks through a function's arguments; the name that Fn::GetAtt or Ref takes is text and passes. */
function checkArguments(argument: Json, path: Path, block: Block): void {
  if (typeof argument === 'object') check(argument, path, block);
}

function misplaced(name: string, block: Block): string {
  const where = { values: 'resources and outputs', conditions: 'Conditions', rules: 'Rules' }[block];
  return `Template error: Cannot use ${name} in ${where}.`;
}
