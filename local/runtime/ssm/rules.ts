import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import { type Pattern, PatternTooSlow, userPattern } from '../../kernel/pattern';
import type { ParameterTier, ParameterType, PutParameter } from './parameter';

/** Characters a value may have, by tier (C8). */
const LONGEST_VALUE: Readonly<Record<ParameterTier, number>> = { Standard: 4096, Advanced: 8192 };
const DEEPEST_HIERARCHY = 15;
const LONGEST_NAME = 1011;

const invalid = (message: string) => new AwsError('ValidationException', message);

/** Refuses, with AWS's message, a name that no new parameter may have (C8). */
export function checkName(name: string): void {
  const first = name.replace(/^\//, '').toLowerCase();
  if (/^(aws|ssm)/.test(first)) {
    if (name.startsWith('/aws'))
      throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
    throw invalid('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  }
  if (!/^[\w.\-/]+$/.test(name) || name.length > LONGEST_NAME) {
    throw invalid(
      `Parameter name: can't be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_`,
    );
  }
  if (name.includes('/') && !name.startsWith('/')) throw invalid('Parameter name must be a fully qualified name.');
  if (name.split('/').length - 1 > DEEPEST_HIERARCHY) {
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${DEEPEST_HIERARCHY} levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.`,
    );
  }
}

/** Refuses a value that Parameter Store refuses, and unsupported settings. */
export function checkValue(request: PutParameter, tier: ParameterTier): void {
  if (request.value === '') {
    throw invalid(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  }
  if (request.value.length > LONGEST_VALUE[tier]) {
    throw invalid(
      `${tier} tier parameters support a maximum parameter value of ${LONGEST_VALUE[tier]} characters. ${
        tier === 'Standard'
          ? 'To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. '
          : ''
      }For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
    );
  }
  if (/\{\{.*\}\}/s.test(request.value)) {
    throw invalid('Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.');
  }
  if (request.overwrite && request.tags && Object.keys(request.tags).length) {
    throw invalid(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
}

/** Refuses a value that the parameter's own pattern does not allow. */
export function checkPattern(value: string, allowedPattern: string | undefined): void {
  if (!allowedPattern) return;
  let pattern: Pattern;
  try {
    pattern = userPattern(`^(?:${allowedPattern})$`);
  } catch {
    throw new AwsError(
      'InvalidAllowedPatternException',
      `The allowed pattern is not a valid regular expression: ${allowedPattern}`,
    );
  }
  if (matchesInTime(pattern, value)) return;
  const message = `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`;
  throw new AwsError('ParameterPatternMismatchException', message);
}

function matchesInTime(pattern: Pattern, value: string): boolean {
  try {
    return pattern.test(value);
  } catch (error) {
    if (error instanceof PatternTooSlow) return false;
    throw error;
  }
}

/** The type of a new parameter. */
export function typeOf(type: string | undefined): ParameterType {
  if (type === 'String' || type === 'StringList') return type;
  if (type === 'SecureString') throw new NotSupportedLocally('A SecureString parameter', 'KMS is not available here');
  if (!type) throw invalid('A parameter type is required when you create a parameter.');
  throw invalid(
    `1 validation error detected: Value '${type}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [SecureString, StringList, String]`,
  );
}

/** The tier to use. Intelligent tiering takes the advanced one only for values that need it. */
export function tierOf(tier: string | undefined, value: string): ParameterTier {
  if (tier === undefined || tier === 'Standard') return 'Standard';
  if (tier === 'Advanced') return 'Advanced';
  if (tier === 'Intelligent-Tiering') return value.length > LONGEST_VALUE.Standard ? 'Advanced' : 'Standard';
  throw invalid(
    `1 validation error detected: Value '${tier}' at 'tier' failed to satisfy constraint: Member must satisfy enum value set: [Standard, Advanced, Intelligent-Tiering]`,
  );
}

/** True if a label may be given to a version (C5). */
const DATA_TYPES = ['text', 'aws:ec2:image', 'aws:ssm:integration'];

/** `text` where none is given. Throws `ValidationException`. */
export function dataTypeOf(dataType = 'text'): string {
  if (DATA_TYPES.includes(dataType)) return dataType;
  const known = DATA_TYPES.join(', ');
  throw new AwsError('ValidationException', `The following data type is not supported: ${dataType} (one of ${known}).`);
}

export function isLabel(label: string): boolean {
  return /^[\w.-]{1,100}$/.test(label) && !/^(\d|aws|ssm)/i.test(label);
}

const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Refuses a tag whose value has characters that AWS does not take. Throws `ValidationException`. */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const [index, value] = [...Object.values(tags).entries()].find(([, one]) => !TAG_VALUE.test(one)) ?? [];
  if (index === undefined) return;
  throw invalid(
    `1 validation error detected: Value '${value}' at 'tags.${index + 1}.member.value' failed to satisfy constraint: Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$`,
  );
}
