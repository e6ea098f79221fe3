import { NotSupportedLocally } from '../../kernel/failure';
import type { LaunchTemplateData } from './records';

/** Support for each field of a launch template's data. Those that are not here are refused. */
const FIELDS: Readonly<Record<string, 'real' | 'record'>> = {
  ImageId: 'real',
  UserData: 'real',
  IamInstanceProfile: 'real',
  TagSpecifications: 'real',
  MetadataOptions: 'real',
  InstanceInitiatedShutdownBehavior: 'real',
  // Shown to the instance and its callers; the machine has this host's hardware.
  InstanceType: 'record',
  SecurityGroupIds: 'record',
  SecurityGroups: 'record',
  NetworkInterfaces: 'record',
  BlockDeviceMappings: 'record',
  KeyName: 'record',
  Monitoring: 'record',
  EbsOptimized: 'record',
  CreditSpecification: 'record',
  CpuOptions: 'record',
  Placement: 'record',
  PrivateDnsNameOptions: 'record',
  MaintenanceOptions: 'record',
  DisableApiTermination: 'record',
  DisableApiStop: 'record',
  NetworkPerformanceOptions: 'record',
};

/** Fields that change an instance, with the text of the refusal. */
const REFUSED: Readonly<Record<string, string>> = {
  InstanceMarketOptions: 'spot instances',
  InstanceRequirements: 'choosing an instance type by requirements',
  HibernationOptions: 'hibernation',
  EnclaveOptions: 'enclaves',
  CapacityReservationSpecification: 'capacity reservations',
  LicenseSpecifications: 'licenses',
  KernelId: 'a kernel of its own',
  RamDiskId: 'a kernel of its own',
};

/**
 * Returns the launch data that this machine does not support, each as `Field: what`. Absent fields are not yet known,
 * or not there.
 */
export function refusedLaunchData(data: LaunchTemplateData): string[] {
  const refused = Object.entries(data)
    .filter(([field, value]) => !(field in FIELDS) && !isNothing(value))
    .map(([field]) => `${field}: ${REFUSED[field] ?? 'this field'} is not supported by the local runtime`);
  if (typeof data.ImageId === 'string' && data.ImageId.startsWith('resolve:')) {
    refused.push('ImageId: an image named by a parameter is not supported by the local runtime: give its id');
  }
  return refused;
}

/** Throws `NotSupportedLocally` for the first. */
export function checkLaunchData(data: LaunchTemplateData): void {
  const [first] = refusedLaunchData(data);
  if (first) throw new NotSupportedLocally(`Launch template data ${first.split(':')[0]}`, first);
}

/** Switched off, or empty: the same as not there. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 'false') return true;
  if (typeof value !== 'object') return false;
  return Object.values(value as object).every(isNothing);
}
