import type { App, AppProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { declareStacks } from '../../infra/app';
import { settings as defaults } from '../../infra/settings';
import type { EnvironmentSettings, Settings } from '../../infra/settings/types';
import { scratchApp } from '../rig/scratch-app';

/** A further environment, with addresses of its own: `environment('qa', 1)` is in `10.1.0.0/16`. */
export function environment(name: string, number: number): EnvironmentSettings {
  const fleet = { instanceType: 't4g.micro', min: 2, max: 4, batch: 1 };
  return { name, network: { cidr: `10.${number}.0.0/16` }, fleet };
}

/** A network that is there already. */
const EXISTING = {
  vpcId: 'vpc-0123456789abcdef0',
  loadBalancerSubnetIds: ['subnet-00000000', 'subnet-11111111'],
  instanceSubnetIds: ['subnet-22222222'],
};

/** An environment with everything that can be set, but another account or region: those of its certificate. */
export function everything(name: string): EnvironmentSettings {
  return {
    name,
    network: EXISTING,
    fleet: { instanceType: 't4g.micro', min: 2, max: 6, batch: 2, scaling: { requestsPerTarget: 500, cpuPercent: 60 } },
    approval: { notify: ['lead@example.com', 'on-call@example.com'], timeoutMinutes: 1440 },
    strategy: { type: 'instance-refresh', checkpoints: [50, 100], checkpointDelayMinutes: 15, bakeMinutes: 10 },
    verify: { path: '/', status: 200, contains: '"{version}"', withinMinutes: 10 },
    alarms: { errorPercent: 5, unhealthyHosts: 1, latencySeconds: 1.5, watchMinutes: 15 },
    certificate: 'arn:aws:acm:eu-west-1:111111111111:certificate/12345678-1234-1234-1234-123456789012',
    hours: { start: '07:30', stop: '19:00', days: 'MON-FRI', timeZone: 'Europe/Dublin' },
  };
}

/** Three environments, the last one with everything, and somebody to tell of failures. */
export const THREE: Partial<Settings> = {
  notify: ['team@example.com'],
  environments: [environment('dev', 0), { ...environment('qa', 1), approval: {} }, everything('prod')],
};

/** One environment at home, and the others in another region, in another account, and in both. */
export const PLACES: Partial<Settings> = {
  account: '111111111111',
  region: 'eu-west-1',
  environments: [
    environment('dev', 0),
    { ...environment('far', 1), region: 'us-east-2' },
    { ...environment('qa', 2), account: '222222222222' },
    {
      ...environment('prod', 3),
      account: '222222222222',
      region: 'us-east-2',
      approval: {},
      alarms: { errorPercent: 5 },
    },
  ],
};

/** The settings of the repository with some fields changed. */
export function settings(changed: Partial<Settings> = {}): Settings {
  return { ...defaults, ...changed };
}

/** An app with the stacks of these settings, declared and not yet synthesized. */
export function declared(changed: Partial<Settings> = {}, props: AppProps = {}): App {
  const app = scratchApp({ builtinCloudFormationValidation: false, ...props });
  declareStacks(app, settings(changed));
  return app;
}

const known = new Map<string, Map<string, Template>>();

/** The templates of these settings, by stack name. */
export function templates(changed: Partial<Settings> = {}): Map<string, Template> {
  const key = JSON.stringify(changed);
  const found = known.get(key) ?? synthesized(changed);
  known.set(key, found);
  return found;
}

function synthesized(changed: Partial<Settings>): Map<string, Template> {
  const assembly = declared(changed).synth();
  const nested = assembly.nestedAssemblies.flatMap(({ nestedAssembly }) => nestedAssembly.stacks);
  return new Map(
    [...assembly.stacks, ...nested].map(({ stackName, template }) => [
      stackName,
      Template.fromJSON(template as object),
    ]),
  );
}

/** One template by stack name. */
export function template(stackName: string, changed: Partial<Settings> = {}): Template {
  const found = templates(changed).get(stackName);
  if (!found) throw new Error(`there is no stack ${stackName}`);
  return found;
}

/** The properties of the resources of a type. */
export function propertiesOf(found: Template, type: string): Record<string, unknown>[] {
  return Object.values(found.findResources(type)).map((resource) => resource['Properties'] as Record<string, unknown>);
}
