import { dependencyOrder } from '../../../local/template/graph';
import { type DeployedResource, planChanges, type TypeFacts } from '../../../local/template/plan';
import { resolveValue } from '../../../local/template/resolve';
import type { Json } from '../../../local/template/template';
import { casesOf } from '../../rig/cases';
import { type Stack, type StackInput, stackOf } from './stack';

interface PlanInput {
  readonly before: Partial<StackInput> & { tags?: Record<string, string> };
  readonly after: Partial<StackInput> & { tags?: Record<string, string> };
}

const FACTS: Record<string, TypeFacts> = {
  'AWS::SSM::Parameter': { createOnly: ['Name'], attributes: ['Value', 'Type'], taggable: true },
  'AWS::SQS::Queue': { createOnly: ['QueueName'], attributes: ['Arn'] },
  'AWS::EC2::LaunchTemplate': {
    createOnly: ['LaunchTemplateName'],
    attributes: ['LatestVersionNumber'],
  },
  'AWS::AutoScaling::AutoScalingGroup': {
    createOnly: ['AutoScalingGroupName'],
    attributes: [],
    // As a type whose replacement hangs on more than a property's name (E33).
    replaces: (previous, next) => idOf(previous['LaunchTemplate']) !== idOf(next['LaunchTemplate']),
  },
};

function idOf(launchTemplate: Json | undefined): Json | undefined {
  return (launchTemplate as { LaunchTemplateId?: Json } | undefined)?.LaunchTemplateId;
}

describe('a change set lists the changes of an update with their causes', () => {
  test.each(casesOf('template-plan').map((one) => [one.title, one] as const))('%s', (_, one) => {
    const { before = {}, after = {} } = one.input<PlanInput>();
    const old = stackOf(one.file('before.yaml') ?? '', before);
    const { template, environment } = stackOf(one.file('after.yaml') ?? one.file('before.yaml') ?? '', after);
    one.expect(
      planChanges({
        template,
        conditions: environment.conditions,
        environment,
        previous: deployed(old),
        previousParameters: old.environment.parameters,
        tags: after.tags,
        previousTags: before.tags,
        facts: (type) => FACTS[type],
      }),
    );
  });
});

function deployed({ template, environment }: Stack): DeployedResource[] {
  return dependencyOrder(template, environment.conditions).order.flatMap((logicalId) => {
    const definition = template.resources[logicalId];
    if (!definition) return [];
    const attributes = (FACTS[definition.type]?.attributes ?? []).map((name) => [name, `${logicalId}-1:${name}`]);
    return {
      definition,
      physicalId: `${logicalId}-1`,
      properties: resolveValue({ ...definition.properties }, environment) as Record<string, Json>,
      attributes: Object.fromEntries(attributes),
    };
  });
}
