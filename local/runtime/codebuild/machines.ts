import type { Machines as AllMachines, Machine, MachineSpec } from '../../kernel/machines';

/** A machine for builds: commands run in it, and nothing connects to it. */
export type BuildMachine = Pick<Machine, 'exec' | 'kill'>;

/** A build's sources and caches are mounted. */
export type BuildMachineSpec = MachineSpec & Required<Pick<MachineSpec, 'mounts'>>;

const GIBIBYTES: Readonly<Record<string, number>> = {
  BUILD_GENERAL1_SMALL: 4,
  BUILD_GENERAL1_MEDIUM: 8,
  BUILD_GENERAL1_LARGE: 16,
  BUILD_GENERAL1_XLARGE: 72,
  BUILD_GENERAL1_2XLARGE: 144,
};

/** Returns the memory of a compute type in MiB (CodeBuild User Guide); undefined for one that is not listed. */
export function memoryOf(computeType: string): number | undefined {
  const gibibytes = GIBIBYTES[computeType];
  return gibibytes && gibibytes * 1024;
}

/** Machines that run builds. */
export interface Machines extends Pick<AllMachines, 'remove'> {
  boot(spec: BuildMachineSpec): Promise<BuildMachine>;
}
