import type { Machines as AllMachines, Machine, MachineSpec } from '../../kernel/machines';

/** A machine for builds: commands run in it, and nothing connects to it. */
export type BuildMachine = Pick<Machine, 'exec' | 'kill'>;

/** A build's sources and caches are mounted. */
export type BuildMachineSpec = MachineSpec & Required<Pick<MachineSpec, 'mounts'>>;

/** Machines that run builds. */
export interface Machines extends Pick<AllMachines, 'remove'> {
  boot(spec: BuildMachineSpec): Promise<BuildMachine>;
}
