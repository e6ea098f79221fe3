import { isAwsError } from '../../../local/kernel/failure';
import { dependencyOrder } from '../../../local/template/graph';
import { resolveOutputs } from '../../../local/template/outputs';
import { resolveValue } from '../../../local/template/resolve';
import { casesOf } from '../../rig/cases';
import { type StackInput, stackOf } from './stack';

describe('a template is refused with CloudFormation’s message and its place', () => {
  test.each(casesOf('template-refused').map((one) => [one.title, one] as const))('%s', (_, one) => {
    one.expect(refusalOf(one.file('template.yaml') ?? one.file('template.json') ?? '', one.input<StackInput>()));
  });
});

/** Returns code and message of the refusal at any step of the template, or `null`. */
function refusalOf(text: string, input: Partial<StackInput>): { code: string; message: string } | null {
  try {
    const { template, environment } = stackOf(text, input);
    for (const logicalId of dependencyOrder(template, environment.conditions).order) {
      resolveValue({ ...template.resources[logicalId]?.properties }, environment);
    }
    resolveOutputs(template, environment);
    return null;
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return { code: error.code, message: error.message };
  }
}
