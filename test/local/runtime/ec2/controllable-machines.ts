import type { Scope } from '../../../../local/kernel/arn';
import type { Machine, MachineEnd, MachineSpec } from '../../../../local/kernel/machines';
import type { Credentials } from '../../../../local/kernel/principal';
import { Ec2 } from '../../../../local/runtime/ec2/ec2';
import type { Ec2Options } from '../../../../local/runtime/ec2/options';
import type { DrivenClock } from '../../../rig/driven-clock';
import { type Room, room, testScope } from '../../../rig/room';

/** A machine whose end the test holds. */
export interface ControllableMachine extends Machine {
  readonly spec: MachineSpec;
  readonly commands: string[];
  end(why: MachineEnd): void;
}

/** EC2 over simulated machines, for EC2's own decisions; the sandbox has its own tests. */
export interface Ec2Rig extends Room<DrivenClock> {
  readonly ec2: Ec2;
  readonly machines: Map<string, ControllableMachine>;
  readonly removed: string[];
  readonly published: { detailType: string; detail: object }[];
  readonly logged: string[];
  /** Set to make the next boots fail, or wait. */
  boot: (spec: MachineSpec) => Promise<void>;
  /** The same EC2 after a restart of the runtime. */
  again(): Ec2;
  /** Returns the service of another account or region, with the same images. */
  elsewhere(scope: Partial<Scope>): Ec2;
}

export function ec2Rig(): Ec2Rig {
  const made = room();
  const rig: Omit<Ec2Rig, 'ec2' | 'again' | 'elsewhere'> = {
    ...made,
    machines: new Map(),
    removed: [],
    published: [],
    logged: [],
    boot: async () => undefined,
  };
  const options = optionsOf(rig as Ec2Rig);
  const elsewhere = (scope: Partial<Scope>) =>
    new Ec2({
      ...options,
      scope: { ...testScope, ...scope },
      store: rig.store.scoped(`${scope.account}/${scope.region}`),
      imageStore: rig.store,
    });
  return Object.assign(rig, { ec2: new Ec2(options), again: () => new Ec2(options), elsewhere });
}

const ROLE = 'arn:aws:iam::000000000000:role/app-role';
export const PROFILE = { name: 'app', arn: 'arn:aws:iam::000000000000:instance-profile/app', id: 'AIPAAPP' };

function optionsOf(rig: Ec2Rig): Ec2Options {
  let addresses = 4;
  return {
    scope: testScope,
    store: rig.store,
    clock: rig.clock,
    ids: rig.ids,
    bus: rig.bus,
    directory: '/state/instances',
    architecture: 'x86_64',
    rootName: 'Debian GNU/Linux 12 (bookworm)',
    logs: {
      write: (group, stream, messages) => void rig.logged.push(...messages.map((line) => `${group} ${stream} ${line}`)),
    },
    events: { publish: (event) => void rig.published.push(event) },
    roles: {
      assume: (roleArn, session, service): Credentials => ({
        accessKeyId: `${roleArn.split('/').pop()} ${session} ${service}`,
        secretAccessKey: 's',
        sessionToken: 't',
        expiration: new Date(rig.clock.now().getTime() + 3600_000),
      }),
      roleOfInstanceProfile: (arn) => (arn === PROFILE.arn ? ROLE : undefined),
    },
    profiles: { find: (name) => (name === PROFILE.name || name === PROFILE.arn ? PROFILE : undefined) },
    subnets: {
      subnet: (id) => (id === 'subnet-a' ? { id, vpcId: 'vpc-1', availabilityZone: 'eu-west-1a' } : undefined),
      allocateAddress: () => `10.0.0.${addresses++}`,
      releaseAddresses: (owner) => void rig.removed.push(`addresses of ${owner}`),
    },
    parameters: { value: (name) => (name === '/my/parent' ? 'ami-00000000000000000' : undefined) },
    machines: {
      async boot(spec) {
        await rig.boot(spec);
        return controllable(rig, spec);
      },
      async remove(path) {
        rig.removed.push(path);
      },
    },
  };
}

function controllable(rig: Ec2Rig, spec: MachineSpec): ControllableMachine {
  let end = (_why: MachineEnd): void => undefined;
  const ended = new Promise<MachineEnd>((resolve) => {
    end = resolve;
  });
  const commands: string[] = [];
  const machine: ControllableMachine = {
    id: spec.id,
    spec,
    commands,
    ended,
    end,
    async exec({ command }) {
      commands.push(command.join(' '));
      return { exitCode: 0 };
    },
    socket: (port) => `/sockets/${spec.id}/${port}`,
    async shutdown(grace) {
      commands.push(`shutdown within ${grace}`);
      end('shut-down');
      await ended;
    },
    async kill() {
      end('killed');
      await ended;
    },
  };
  rig.machines.set(spec.id, machine);
  return machine;
}
