import { and, condition, equals, fnIf, not, or } from './booleans';
import type { Intrinsic } from './intrinsic';
import { cidr, getAZs, select } from './lists';
import { findInMap, getAtt, importValue, ref } from './lookups';
import { contains, eachMemberEquals, eachMemberIn } from './memberships';
import { base64, join, split, sub } from './texts';

/** E27: every function that templates here may use, by the name they use. */
export const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: ref,
  Condition: condition,
  'Fn::And': and,
  'Fn::Base64': base64,
  'Fn::Cidr': cidr,
  'Fn::Contains': contains,
  'Fn::EachMemberEquals': eachMemberEquals,
  'Fn::EachMemberIn': eachMemberIn,
  'Fn::Equals': equals,
  'Fn::FindInMap': findInMap,
  'Fn::GetAZs': getAZs,
  'Fn::GetAtt': getAtt,
  'Fn::If': fnIf,
  'Fn::ImportValue': importValue,
  'Fn::Join': join,
  'Fn::Not': not,
  'Fn::Or': or,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::Sub': sub,
};

/** Functions of AWS that this machine does not support, and the alternatives. Refused by name. */
export const REFUSED_INTRINSICS: Readonly<Record<string, string>> = {
  'Fn::Transform': 'macros and AWS::Include run in an account; write the result into the template',
  'Fn::ForEach': 'it belongs to the AWS::LanguageExtensions transform; write the members out',
  'Fn::Length': 'it belongs to the AWS::LanguageExtensions transform',
  'Fn::ToJsonString': 'it belongs to the AWS::LanguageExtensions transform; write the text out with Fn::Sub',
  'Fn::RefAll': 'it looks through all of an account',
  'Fn::ValueOf': 'it looks up attributes of resources in an account',
  'Fn::ValueOfAll': 'it looks up attributes of resources in an account',
};

/** Returns CloudFormation's message for a function that does not exist. */
export function unknownFunction(name: string): string {
  const known = [...Object.keys(INTRINSICS), 'Fn::RefAll', 'Fn::Transform', 'Fn::ValueOf', 'Fn::ValueOfAll'].sort();
  return `Template error: Encountered unsupported function: ${name} Supported functions are: [${known.join(', ')}]`;
}
