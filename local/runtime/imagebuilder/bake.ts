import { join } from 'node:path';
import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import type { Ids } from '../../kernel/ids';
import type { MachineSpec } from '../../kernel/machines';
import type { Logs, Roles } from '../../kernel/ports';
import { BuildMachine, withLimit } from './build-machine';
import { readDocument } from './components';
import { InstanceCredentials } from './instance-credentials';
import type { BakeMachines, InstanceProfiles, Layers, ParentImage } from './ports';
import type { ComponentRecord, ImageRecord, InfrastructureRecord, RecipeRecord } from './records';
import { runComponents } from './run-component';
import type { Order } from './toe/protocol';

export interface BakeOptions {
  readonly scope: Scope;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  readonly machines: BakeMachines;
  readonly layers: Layers;
  readonly logs: Logs;
  readonly roles: Roles;
  readonly profiles: InstanceProfiles;
  /** Command that starts the guest program inside a machine. */
  readonly program: readonly string[];
}

/** Everything that a bake works from, found out before a machine is booted. */
export interface BakePlan {
  readonly image: ImageRecord;
  readonly recipe: RecipeRecord;
  readonly components: readonly {
    readonly record: ComponentRecord;
    readonly parameters: Readonly<Record<string, string>>;
  }[];
  readonly infrastructure: InfrastructureRecord;
  readonly parent: ParentImage;
  /** For this bake's machines; removed afterwards. */
  readonly work: string;
  /** Directory of the image's layer. */
  readonly layer: string;
  readonly signal: AbortSignal;
}

/** Phases of each stage (D4), the machine they run on, and the time-out of ExecuteComponents (D16). */
const STAGES = {
  build: { state: 'BUILDING', phases: ['build', 'validate'], init: 'none', machine: 'Build instance' },
  test: { state: 'TESTING', phases: ['test'], init: 'units', machine: 'Test instance' },
} as const;
const EXECUTE_COMPONENTS_MS = 720 * 60_000;
const WORKING_DIRECTORY = '/tmp';
const TOE_FOLDER = '/var/lib/amazon/toe';

/**
 * The build stage: on a machine over the parent image, the `build` phases of all components, then all their `validate`
 * phases; their changes become the image's layer.
 */
export async function buildStage(plan: BakePlan, options: BakeOptions): Promise<void> {
  await runStage('build', plan, options);
  await options.layers.commit(join(plan.work, 'build'), plan.layer);
}

/** The test stage: the `test` phases on a fresh machine booted from the new layer, with all that it starts (D4). */
export async function testStage(plan: BakePlan, options: BakeOptions): Promise<void> {
  const phases = plan.components.flatMap(({ record }) => readDocument(record.data).phases.map(({ name }) => name));
  if (phases.includes('test')) await runStage('test', plan, options);
}

async function runStage(name: keyof typeof STAGES, plan: BakePlan, options: BakeOptions): Promise<void> {
  const stage = STAGES[name];
  const { clock } = options;
  const instanceId = options.ids.ec2('i');
  const log = logOf(plan, options);
  const boot = {
    machines: options.machines,
    clock,
    spec: specOf({ name, instanceId }, plan, options),
    signal: plan.signal,
  };
  log.logs.write(log.group, log.stream, [`Launching the ${stage.machine.toLowerCase()} ${instanceId}`]);
  const machine = await BuildMachine.boot(boot);
  try {
    await withLimit({ clock, milliseconds: EXECUTE_COMPONENTS_MS, what: 'ExecuteComponents' }, () =>
      runPhases(name, machine, { plan, options }),
    );
    // As AWS's clean-up before the image is created: the logs are not part of the image.
    if (name === 'build') await machine.exec({ command: ['rm', '-rf', TOE_FOLDER] });
  } finally {
    await machine.end();
  }
}

type Bake = { readonly plan: BakePlan; readonly options: BakeOptions };

async function runPhases(name: keyof typeof STAGES, machine: BuildMachine, { plan, options }: Bake): Promise<void> {
  const { image, recipe } = plan;
  const { bus, ids, program } = options;
  await runComponents({
    machine,
    program,
    directory: recipe.workingDirectory ?? WORKING_DIRECTORY,
    environment: imageVariables(image, STAGES[name].state, ids),
    orders: ordersOf(STAGES[name].phases, { plan, options }),
    log: logOf(plan, options),
    onStep: (step) => {
      const failed = step.status === 'Failed' || step.status === 'IgnoredFailure';
      const message = failed ? [step.message ?? '', ...step.lastLines].join('\n') : undefined;
      const { phase: ran, step: name, status } = step;
      bus.emit({ type: 'component-step-finished', imageArn: image.arn, phase: ran, step: name, status, message });
    },
  });
}

/** Phase after phase, each of every component that has it. */
function ordersOf(phases: readonly string[], { plan, options }: Bake): Order[] {
  const { image, components } = plan;
  const { scope, clock, ids } = options;
  const runs = components.map(({ record, parameters }) => {
    // One for all phases: `validate` continues in the folder of `build`, and can refer to its outputs.
    const executionId = ids.uuid();
    const order = {
      source: record.arn,
      document: record.data,
      parameters,
      executionId,
      folder: `${TOE_FOLDER}/TOE_${folderTime(image.dateCreated)}_${executionId}`,
      accountId: scope.account,
      region: scope.region,
      timeScale: clock.scale,
    };
    return { order, has: new Set(readDocument(record.data).phases.map(({ name }) => name)) };
  });
  return phases.flatMap((phase) =>
    runs.filter(({ has }) => has.has(phase)).map(({ order }) => ({ ...order, phases: [phase] })),
  );
}

/** Returns the environment variables that Image Builder provides to components. */
function imageVariables(image: ImageRecord, state: string, ids: Ids): Record<string, string> {
  return {
    IMAGE_WORKFLOW_EXECUTION_ID: image.workflowExecutionId,
    IMAGE_STEP_EXECUTION_ID: `step-${ids.uuid()}`,
    IMAGE_BUILD_VERSION_ARN: image.arn,
    IMAGE_PIPELINE_ARN: '',
    IMAGE_PHASE: state,
    IMAGE_VERSION: image.version,
    IMAGE_BUILD_VERSION: String(image.build),
  };
}

function specOf(
  { name, instanceId }: { name: keyof typeof STAGES; instanceId: string },
  plan: BakePlan,
  options: BakeOptions,
): MachineSpec {
  const { parent, layer, recipe, infrastructure, work } = plan;
  const { scope, clock, roles, profiles } = options;
  const { instanceProfileName: profileName, instanceTypes, resourceTags } = infrastructure;
  const credentials = new InstanceCredentials({ clock, roles, profiles, profileName, instanceId });
  const tags = { ...resourceTags, Name: `${STAGES[name].machine} for ${recipe.name}`, CreatedBy: 'EC2 Image Builder' };
  return {
    id: instanceId,
    layers: name === 'test' ? [layer, ...parent.layers] : parent.layers,
    writable: join(work, name),
    network: 'private',
    init: STAGES[name].init,
    environment: {},
    metadata: {
      instanceId,
      imageId: parent.imageId,
      region: scope.region,
      accountId: scope.account,
      availabilityZone: `${scope.region}a`,
      instanceType: instanceTypes?.[0] ?? 'm5.large',
      architecture: parent.architecture,
      privateIp: '10.0.0.10',
      launchTime: clock.now(),
      credentials: () => credentials.get(),
      tags: () => tags,
    },
  };
}

function logOf({ image }: BakePlan, { logs }: BakeOptions): { logs: Logs; group: string; stream: string } {
  return { logs, group: image.logGroup, stream: `${image.version}/${image.build}` };
}

/** `2021-07-01_12-34-56_UTC-0`, as in the names of AWSTOE's log folders (D14). */
function folderTime(iso: string): string {
  return `${iso.slice(0, 10)}_${iso.slice(11, 19).replaceAll(':', '-')}_UTC-0`;
}
