import { NotSupportedLocally } from '../../kernel/failure';
import type { Json } from '../template';
import { TemplateError } from '../template-error';
import { isFunction, mayBeList, mayBeText, requiredText, text } from './argument';
import { cidrBlocks } from './cidr';
import { type Intrinsic, VALUES, VALUES_AND_CONDITIONS } from './intrinsic';

const SELECT = 'Template error: Fn::Select requires a list argument with two elements: an integer index and a list';
const GET_AZS = 'Template error: every Fn::GetAZs object must have a String-typed value.';
const CIDR =
  'Template error: every Fn::Cidr object requires two parameters, (1) an IP address block and (2) the number of blocks, and may have (3) the number of subnet bits';

export const select: Intrinsic = {
  allowedIn: VALUES_AND_CONDITIONS,
  check(argument) {
    const [index, list, ...more] = Array.isArray(argument) ? argument : [];
    const indexed = isFunction(index) || /^\d+$/.test(text(index) ?? '');
    return indexed && mayBeList(list) && !more.length ? undefined : SELECT;
  },
  evaluate(argument, { resolve }) {
    const [index = null, list = null] = argument as Json[];
    const position = requiredText(resolve(index), SELECT);
    const values = resolve(list);
    if (!/^\d+$/.test(position) || !Array.isArray(values)) throw new TemplateError(SELECT);
    const value = values[Number(position)];
    if (value !== undefined) return value;
    throw new TemplateError(`Template error: Fn::Select cannot select nonexistent value at index ${position}`);
  },
};

export const getAZs: Intrinsic = {
  allowedIn: VALUES,
  check: (argument) => (mayBeText(argument) ? undefined : GET_AZS),
  evaluate(argument, { environment, resolve }) {
    const region = requiredText(resolve(argument), GET_AZS);
    return [...environment.availabilityZones(region || environment.scope.region)];
  },
};

export const cidr: Intrinsic = {
  allowedIn: VALUES,
  check(argument) {
    const [block, count, bits, ...more] = Array.isArray(argument) ? argument : [];
    if (!mayBeText(block) || !mayBeText(count) || more.length) return CIDR;
    return bits === undefined || mayBeText(bits) ? undefined : CIDR;
  },
  evaluate(argument, { resolve }) {
    const [block = null, count = null, bits] = argument as Json[];
    // AWS's behaviour without the bits is undocumented.
    if (bits === undefined) throw new NotSupportedLocally('Fn::Cidr without cidrBits');
    return cidrBlocks({
      block: requiredText(resolve(block), CIDR),
      count: Number(requiredText(resolve(count), CIDR)),
      bits: Number(requiredText(resolve(bits), CIDR)),
    });
  },
};
