import { checkCapabilities } from '../../template/capabilities';
import { checkStackName, checkTags, checkTemplateSize } from '../../template/limits';
import { resolveParameters } from '../../template/parameters';
import { parseTemplate } from '../../template/parse';
import type { Engine } from '../parts';
import { type Blueprint, blueprint, type StackIdentity, ssmLookup } from '../state/blueprint';
import type { Deployment } from '../state/records';
import type { OperationRequest } from './request';
import { refuseUnsupported } from './support';

/**
 * Converts a request into a blueprint, and refuses with AWS's messages before anything is changed. `previous` is the
 * stack's current deployment: its parameters may be kept, and its tags apply if none are given.
 */
export function prepare(
  engine: Engine,
  { stack, request, previous }: { stack: StackIdentity; request: OperationRequest; previous?: Deployment },
): Blueprint {
  checkStackName(stack.stackName);
  checkTags(request.tags ?? {});
  checkTemplateSize(request.templateBody, request.templateSource ?? 's3');
  const template = parseTemplate(request.templateBody);
  checkCapabilities(template, request.capabilities ?? []);
  const deployment: Deployment = {
    id: engine.ids.uuid(),
    templateText: request.templateBody,
    description: template.description,
    parameters: resolveParameters(template, request.parameters ?? [], {
      previous: previous && Object.fromEntries(previous.parameters.map(({ key, value }) => [key, value])),
      ssm: ssmLookup(engine),
      exists: engine.exists,
    }),
    tags: request.tags ?? previous?.tags ?? {},
    capabilities: request.capabilities ?? [],
    notificationArns: request.notificationArns ?? previous?.notificationArns ?? [],
    outputs: [],
    imports: [],
  };
  const made = blueprint(engine, stack, deployment);
  refuseUnsupported(made, engine.providers);
  return made;
}
