import { NotSupportedLocally } from '../../../../local/kernel/failure';
import type { MachineEnd, MachineSpec } from '../../../../local/kernel/machines';
import { ImageBuilder, type ImageBuilderOptions } from '../../../../local/runtime/imagebuilder/image-builder';
import type { BakeMachine, NewImage } from '../../../../local/runtime/imagebuilder/ports';
import type { ImageRecord } from '../../../../local/runtime/imagebuilder/records';
import { EXIT, type Order, type Report } from '../../../../local/runtime/imagebuilder/toe/protocol';
import { DrivenClock } from '../../../rig/driven-clock';
import { type Room, room } from '../../../rig/room';

/** Behaviour of the guest program when it is started; by default it succeeds. */
export type Guest = (order: Order, spec: MachineSpec) => Promise<{ exitCode: number; reports?: Report[] }>;

export const PROFILE = 'baker';
export const DOCUMENT = `
schemaVersion: 1.0
phases:
  - name: build
    steps: [{name: Install, action: ExecuteBash, inputs: {commands: ['true']}}]
  - name: validate
    steps: [{name: Check, action: ExecuteBash, inputs: {commands: ['true']}}]
  - name: test
    steps: [{name: Serve, action: ExecuteBash, inputs: {commands: ['true']}}]
`;

/** Image Builder over simulated machines that follow the test, recording their events in `happened`. */
export interface Bakery extends Room<DrivenClock> {
  readonly imageBuilder: ImageBuilder;
  readonly options: ImageBuilderOptions;
  readonly happened: string[];
  readonly specs: MachineSpec[];
  readonly amis: Map<string, NewImage>;
  readonly layers: Set<string>;
  readonly logs: Map<string, string[]>;
  guest: Guest;
  /** A component, a recipe of it and an infrastructure configuration; their ARNs. */
  prepare(
    version?: string,
    further?: { parentImage?: string; data?: string },
  ): { recipe: string; infrastructure: string };
  /** Bakes what `prepare` prepared, to the end. */
  bake(version?: string, further?: { parentImage?: string; data?: string }): Promise<ImageRecord>;
}

export function bakery(): Bakery {
  const base = room(new DrivenClock());
  const happened: string[] = [];
  const specs: MachineSpec[] = [];
  const amis = new Map<string, NewImage>();
  const layers = new Set<string>();
  const logs = new Map<string, string[]>();
  const role = 'arn:aws:iam::000000000000:role/baker';
  const profile = { name: PROFILE, arn: `arn:aws:iam::000000000000:instance-profile/${PROFILE}`, id: 'AIPAX' };
  const options: ImageBuilderOptions = {
    ...base,
    objects: { read: () => Buffer.from(DOCUMENT), write: () => ({ versionId: 'null', eTag: '' }) },
    logs: {
      write: (group, stream, messages) =>
        void logs.set(`${group} ${stream}`, [...(logs.get(`${group} ${stream}`) ?? []), ...messages]),
    },
    roles: {
      assume: (arn, session, service) => ({ accessKeyId: `${arn} ${session} ${service}`, secretAccessKey: 's' }),
      roleOfInstanceProfile: (name) => (name === PROFILE ? role : undefined),
    },
    profiles: { find: (name) => (name === PROFILE ? profile : undefined) },
    events: { publish: (event) => void happened.push(`event ${JSON.stringify(event.detail)}`) },
    machines: {
      boot: async (spec) => {
        specs.push(spec);
        happened.push(`boot ${spec.init} over ${spec.layers.join(' ') || 'root'}`);
        return machine(spec, happened, (order) => shop.guest(order, spec));
      },
    },
    layers: {
      commit: async (writable, layer) => {
        happened.push(`commit ${writable} ${layer}`);
        layers.add(layer);
      },
      remove: async (directory) => {
        happened.push(`remove ${directory}`);
        layers.delete(directory);
      },
    },
    images: {
      resolveParent(reference) {
        if (reference.startsWith('ssm:')) return { imageId: 'ami-root', layers: [], architecture: 'x86_64' };
        const ami = amis.get(reference);
        if (!ami) throw new NotSupportedLocally(reference);
        return { ...ami, imageId: reference };
      },
      registerImage(image) {
        const id = `ami-${amis.size + 1}`;
        amis.set(id, image);
        happened.push(`register ${id}`);
        return id;
      },
    },
    workDirectory: '/work',
    layersDirectory: '/layers',
  };
  const shop: Bakery = {
    ...base,
    options,
    happened,
    specs,
    amis,
    layers,
    logs,
    imageBuilder: new ImageBuilder(options),
    guest: async () => ({ exitCode: EXIT.success, reports: [{ type: 'end', status: 'Success' }] }),
    prepare: (version = '1.0.0', further = {}) => prepare(shop.imageBuilder, version, further),
    async bake(version, further) {
      const { recipe, infrastructure } = shop.prepare(version, further);
      const { arn } = shop.imageBuilder.images.create({
        imageRecipeArn: recipe,
        infrastructureConfigurationArn: infrastructure,
      });
      return shop.imageBuilder.images.finished(arn);
    },
  };
  return shop;
}

function prepare(
  imageBuilder: ImageBuilder,
  version: string,
  { parentImage = 'ssm:/aws/service/al2023', data = DOCUMENT },
) {
  const { components, recipes, infrastructure } = imageBuilder;
  const component = components.create({ name: 'app', semanticVersion: version, platform: 'Linux', data });
  const recipe = recipes.create({
    name: 'My App',
    semanticVersion: version,
    parentImage,
    components: [{ componentArn: component.arn }],
  });
  const name = `app-${version.replaceAll('.', '-')}`;
  const made = infrastructure.create({ name, instanceProfileName: PROFILE, terminateInstanceOnFailure: true });
  return { recipe: recipe.arn, infrastructure: made.arn };
}

function machine(spec: MachineSpec, happened: string[], guest: (order: Order) => ReturnType<Guest>): BakeMachine {
  let gone = (_reason: MachineEnd) => {};
  const ended = new Promise<MachineEnd>((resolve) => {
    gone = resolve;
  });
  const aborted = (signal?: AbortSignal) =>
    new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  return {
    id: spec.id,
    ended,
    async exec({ command, input, signal, onOutput }) {
      if (!input) {
        happened.push(command.join(' '));
        return { exitCode: 0 };
      }
      for (const line of input.trim().split('\n')) {
        const order = JSON.parse(line) as Order;
        happened.push(`${order.phases} of ${order.source.split('/').slice(1).join('/')}`);
        const outcome = await Promise.race([guest(order), aborted(signal), ended]);
        if (!outcome || typeof outcome === 'string') return { exitCode: null, signal: 'SIGKILL' };
        for (const report of outcome.reports ?? []) onOutput?.(`${JSON.stringify(report)}\n`, 'stdout');
        if (outcome.exitCode !== EXIT.success) return { exitCode: outcome.exitCode };
      }
      return { exitCode: EXIT.success };
    },
    async shutdown() {
      happened.push('shutdown');
      gone('shut-down');
    },
    async kill() {
      happened.push('kill');
      gone('killed');
    },
  };
}

/** A failing step, as the guest program reports it. */
export function failing(phase: string, step: string): { exitCode: number; reports: Report[] } {
  const failure = { phase, step, action: 'ExecuteBash', message: 'exit status 1', lastLines: ['port 8080 is taken'] };
  return {
    exitCode: EXIT.failed,
    reports: [
      { type: 'log', text: 'Stderr: port 8080 is taken' },
      { type: 'step', status: 'Failed', ...failure },
      { type: 'end', status: 'Failed', failure },
    ],
  };
}
