import { evaluateConditions } from '../../template/conditions';
import { type DependencyOrder, dependencyOrder } from '../../template/graph';
import { parameterValues } from '../../template/parameters';
import { parseTemplate } from '../../template/parse';
import { resolveValue } from '../../template/resolve';
import type { Environment, Json, SsmLookup, Template } from '../../template/template';
import type { Engine } from '../parts';
import type { Deployment } from './records';

/** A deployment that is ready for execution on its stack. It is not stored; it can be built again from the records. */
export interface Blueprint {
  readonly deployment: Deployment;
  readonly template: Template;
  readonly conditions: Readonly<Record<string, boolean>>;
  readonly dependencies: DependencyOrder;
  /** Reads the current state of the stack's resources at each access (E14). */
  readonly environment: Environment;
  /** Names of other stacks' exports that were used until now. */
  readonly imports: ReadonlySet<string>;
  /** Values with NoEcho parameters masked (E25). */
  masked(value: Json): Json | undefined;
}

/** Which stack it is for. */
export interface StackIdentity {
  readonly stackId: string;
  readonly stackName: string;
}

/** Reads a stored deployment. */
export function blueprint(engine: Engine, stack: StackIdentity, deployment: Deployment): Blueprint {
  const template = parseTemplate(deployment.templateText);
  const imports = new Set<string>();
  const conditionless = {
    scope: engine.scope,
    stackId: stack.stackId,
    stackName: stack.stackName,
    notificationArns: deployment.notificationArns,
    parameters: parameterValues(deployment.parameters),
    mappings: template.mappings,
    availabilityZones: () => engine.availabilityZones,
    ssm: ssmLookup(engine),
    importValue(name: string) {
      imports.add(name);
      return engine.stackStore.exports.get(name)?.value;
    },
  };
  const conditions = evaluateConditions(template, conditionless);
  const live = (logicalId: string) => engine.stackStore.resources.get(stack.stackId, logicalId)?.live;
  const environment: Environment = {
    ...conditionless,
    conditions,
    ref: (logicalId) => live(logicalId)?.physicalId,
    getAtt: (logicalId, attribute) => live(logicalId)?.attributes[attribute],
  };
  return {
    deployment,
    template,
    conditions,
    environment,
    imports,
    dependencies: dependencyOrder(template, conditions),
    masked: (value) => resolveValue(value, { ...environment, parameters: maskedParameters(deployment, environment) }),
  };
}

/** SSM as templates read it: the latest value, or that of one version. */
export function ssmLookup({ parameters }: Pick<Engine, 'parameters'>): SsmLookup {
  return (name, version) => {
    const selected = version === undefined ? name : `${name}:${version}`;
    if (parameters.find) return parameters.find(selected);
    const value = parameters.value(selected);
    return value === undefined ? undefined : { value, type: 'String' };
  };
}

function maskedParameters({ parameters }: Deployment, environment: Environment): Environment['parameters'] {
  const secret = parameters.filter(({ noEcho }) => noEcho).map(({ key }) => [key, '****']);
  return { ...environment.parameters, ...Object.fromEntries(secret) };
}
