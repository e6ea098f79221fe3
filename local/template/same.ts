import { isObject } from './function-call';
import type { Json } from './template';

/** True if two values are one to CloudFormation, to which `80` and `"80"`, `true` and `"true"` are the same text. */
export function same(left: Json | undefined, right: Json | undefined): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => same(item, right[index]));
  }
  if (isObject(left) && isObject(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].every((key) => same(left[key], right[key]));
  }
  if (typeof left === 'object' || typeof right === 'object' || left === undefined || right === undefined) {
    return left === right;
  }
  return String(left) === String(right);
}
