import { AwsError } from '../kernel/failure';
import type { Template } from './template';

/** E30: types that grant permissions, and the property that names one. */
const IAM_TYPES: Readonly<Record<string, string | undefined>> = {
  'AWS::IAM::AccessKey': undefined,
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Policy': undefined,
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::UserToGroupAddition': undefined,
};

export type Capability = 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM';

/**
 * Returns the capability that a request must acknowledge, and the resources that need it. Undefined if none is needed.
 */
export function requiredCapability(template: Template): { capability: Capability; types: string[] } | undefined {
  const iam = Object.values(template.resources).filter(({ type }) => Object.hasOwn(IAM_TYPES, type));
  if (!iam.length) return undefined;
  const named = iam.some(({ type, properties }) => Object.hasOwn(properties, IAM_TYPES[type] ?? ''));
  return {
    capability: named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM',
    types: [...new Set(iam.map(({ type }) => type))],
  };
}

/** Refuses, with `InsufficientCapabilitiesException`, capabilities that were not acknowledged (E6, E30). */
export function checkCapabilities(template: Template, capabilities: readonly string[]): void {
  const required = requiredCapability(template);
  if (!required || capabilities.includes('CAPABILITY_NAMED_IAM') || capabilities.includes(required.capability)) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${required.capability}]`);
}
