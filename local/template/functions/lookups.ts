import { own } from '../own';
import { PSEUDO_PARAMETERS } from '../pseudo-parameters';
import { attributeArgument } from '../references';
import { type Json, Unresolved } from '../template';
import { TemplateError } from '../template-error';
import { mayBeText, requiredText } from './argument';
import { EVERYWHERE, type Intrinsic, VALUES } from './intrinsic';

const REF = 'Template error: every Ref object must have a single String value.';
const GET_ATT =
  'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute';
const FIND_IN_MAP =
  'Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value';
const IMPORT_VALUE = 'Template error: every Fn::ImportValue object must have a String-typed value.';

export const ref: Intrinsic = {
  allowedIn: EVERYWHERE,
  check: (argument) => (typeof argument === 'string' && argument ? undefined : REF),
  evaluate(argument, { environment }) {
    const name = requiredText(argument, REF);
    const pseudo = own(PSEUDO_PARAMETERS, name);
    if (pseudo) return pseudo(environment);
    const parameter = own(environment.parameters, name);
    if (parameter !== undefined) return typeof parameter === 'string' ? parameter : [...parameter];
    const physicalId = environment.ref(name);
    if (physicalId === undefined) throw new Unresolved(name);
    return physicalId;
  },
};

export const getAtt: Intrinsic = {
  allowedIn: VALUES,
  check(argument) {
    const [logicalId, attribute] = attributeArgument(argument);
    return typeof logicalId === 'string' && logicalId && attribute !== '' && mayBeText(attribute) ? undefined : GET_ATT;
  },
  evaluate(argument, { environment, resolve }) {
    const [logicalId = null, name = null] = attributeArgument(argument);
    const resource = requiredText(logicalId, GET_ATT);
    const attribute = requiredText(resolve(name), GET_ATT);
    const value = environment.getAtt(resource, attribute);
    if (value === undefined) throw new Unresolved(resource, attribute);
    return typeof value === 'string' ? value : [...value];
  },
};

export const findInMap: Intrinsic = {
  allowedIn: EVERYWHERE,
  check(argument) {
    const keys = Array.isArray(argument) ? argument : [];
    return keys.length === 3 && keys.every(mayBeText) ? undefined : FIND_IN_MAP;
  },
  evaluate(argument, { environment, resolve }) {
    const [map = '', top = '', second = ''] = (argument as Json[]).map((key) =>
      requiredText(resolve(key), FIND_IN_MAP),
    );
    const mapping = own(environment.mappings, map);
    const value = own(own(mapping ?? {}, top) ?? {}, second);
    if (value !== undefined) return value;
    throw new TemplateError(`Template error: Unable to get mapping for ${map}::${top}::${second}`);
  },
};

export const importValue: Intrinsic = {
  allowedIn: VALUES,
  check: (argument) => (mayBeText(argument) ? undefined : IMPORT_VALUE),
  evaluate(argument, { environment, resolve }) {
    const name = requiredText(resolve(argument), IMPORT_VALUE);
    const value = environment.importValue(name);
    if (value === undefined) throw new TemplateError(`No export named ${name} found`);
    return value;
  },
};
