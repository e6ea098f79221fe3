import { AwsError } from '../kernel/failure';
import { dynamicReferencesIn } from './dynamic-references';
import type { Template } from './template';
import { TemplateError } from './template-error';

interface Quota {
  readonly what: string;
  readonly maximum: number;
  readonly why: string;
  count(template: Template): number;
}

/** E26: the quotas of a template. */
const QUOTAS: readonly Quota[] = [
  {
    what: 'resources',
    maximum: 500,
    why: 'a larger system is several stacks',
    count: ({ resources }) => Object.keys(resources).length,
  },
  {
    what: 'parameters',
    maximum: 200,
    why: 'put values that belong together into one list',
    count: ({ parameters }) => Object.keys(parameters).length,
  },
  {
    what: 'outputs',
    maximum: 200,
    why: 'every output is kept and listed with the stack',
    count: ({ outputs }) => Object.keys(outputs).length,
  },
  {
    what: 'mappings',
    maximum: 200,
    why: 'a mapping may hold 200 attributes itself',
    count: ({ mappings }) => Object.keys(mappings).length,
  },
  {
    what: 'dynamic references',
    maximum: 60,
    why: 'each is a request to another service in every operation',
    count: ({ resources }) => {
      const inProperties = Object.values(resources).flatMap(({ properties }) => dynamicReferencesIn({ ...properties }));
      return inProperties.length;
    },
  },
];

const DESCRIPTION_BYTES = 1024;
const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]*$/;

/** Refuses a template above a quota of AWS (E26). */
export function checkLimits(template: Template): void {
  if (Buffer.byteLength(template.description ?? '') > DESCRIPTION_BYTES) {
    throw new TemplateError(`Template format error: 'Description' length is greater than ${DESCRIPTION_BYTES}.`);
  }
  for (const { what, maximum, count } of QUOTAS) {
    const found = count(template);
    if (found > maximum) {
      throw new TemplateError(
        `Template format error: Number of ${what}, ${found}, is greater than maximum allowed, ${maximum}`,
      );
    }
  }
}

/** Refuses a stack name that AWS would refuse (E26). */
export function checkStackName(name: string): void {
  if (!STACK_NAME.test(name)) {
    throw constraint(name, 'stackName', 'satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*');
  }
  if (name.length > 128) throw constraint(name, 'stackName', 'have length less than or equal to 128');
}

/** Refuses a template body that is too long inline (51,200 bytes) or in S3 (1 MB) (E26). */
export function checkTemplateSize(text: string, source: 'inline' | 's3'): void {
  const bytes = Buffer.byteLength(text);
  if (source === 'inline' && bytes > 51_200) {
    throw constraint(`${text.slice(0, 60)}…`, 'templateBody', 'have length less than or equal to 51200');
  }
  if (bytes > 1_048_576) {
    throw new TemplateError(`Template may not exceed 1048576 bytes in size, and this one has ${bytes}.`);
  }
}

/** Refuses more tags than a stack may have (E26). */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > 50) throw constraint('…', 'tags', 'have length less than or equal to 50');
}

/** AWS's form for a violation of its service model. */
function constraint(value: string, member: string, must: string): AwsError {
  return new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${must}`,
  );
}
