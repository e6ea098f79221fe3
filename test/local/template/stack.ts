import { evaluateConditions } from '../../../local/template/conditions';
import { parameterValues, resolveParameters } from '../../../local/template/parameters';
import { parseTemplate } from '../../../local/template/parse';
import type { Environment, Template } from '../../../local/template/template';
import { testScope } from '../../rig/room';

/** Stack of a test, around its template. */
export interface StackInput {
  readonly parameters: Record<string, string>;
  /** SSM parameters of this account by name, as type `String`. */
  readonly ssm: Record<string, string>;
  readonly exports: Record<string, string>;
  readonly notificationArns: string[];
  /** `LOGICALID` or `LOGICALID.ATTRIBUTE` of what does not exist yet. */
  readonly unknown: string[];
}

export interface Stack {
  readonly template: Template;
  readonly environment: Environment;
}

/** A template in a stack whose resources have ids `ID-1`, and attributes `ID-1:ATTRIBUTE`. */
export function stackOf(text: string, input: Partial<StackInput> = {}): Stack {
  const template = parseTemplate(text);
  const unknown = new Set(input.unknown);
  const supplied = Object.entries(input.parameters ?? {}).map(([key, value]) => ({ key, value }));
  const ssm = (name: string, version?: number) => {
    const value = input.ssm?.[version === undefined ? name : `${name}:${version}`];
    return value === undefined ? undefined : { value, type: value.includes(',') ? 'StringList' : 'String' };
  };
  const conditionless = {
    scope: testScope,
    stackId: 'arn:aws:cloudformation:eu-west-1:000000000000:stack/test/1',
    stackName: 'test',
    notificationArns: input.notificationArns,
    parameters: parameterValues(resolveParameters(template, supplied, { ssm })),
    mappings: template.mappings,
    availabilityZones: (region: string) => ['a', 'b', 'c'].map((zone) => `${region}${zone}`),
    importValue: (name: string) => input.exports?.[name],
    ssm,
  };
  const environment: Environment = {
    ...conditionless,
    conditions: evaluateConditions(template, conditionless),
    ref: (logicalId) => (unknown.has(logicalId) ? undefined : `${logicalId}-1`),
    getAtt: (logicalId, attribute) =>
      unknown.has(logicalId) || unknown.has(`${logicalId}.${attribute}`) ? undefined : `${logicalId}-1:${attribute}`,
  };
  return { template, environment };
}
