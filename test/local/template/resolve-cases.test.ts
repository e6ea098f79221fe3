import { dependencyOrder } from '../../../local/template/graph';
import { resolveOutputs } from '../../../local/template/outputs';
import { resolveValue } from '../../../local/template/resolve';
import { casesOf } from '../../rig/cases';
import { type StackInput, stackOf } from './stack';

describe('a template in a stack is resolved as CloudFormation resolves it', () => {
  test.each(casesOf('template-resolve').map((one) => [one.title, one] as const))('%s', (_, one) => {
    const { template, environment } = stackOf(one.file('template.yaml') ?? '', one.input<StackInput>());
    const { order } = dependencyOrder(template, environment.conditions);
    one.expect({
      conditions: environment.conditions,
      order,
      properties: Object.fromEntries(
        order.map((logicalId) => [
          logicalId,
          resolveValue({ ...template.resources[logicalId]?.properties }, environment),
        ]),
      ),
      outputs: resolveOutputs(template, environment),
    });
  });
});
