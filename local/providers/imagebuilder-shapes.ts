import { AwsError, isAwsError } from '../kernel/failure';
import { latestReferences } from '../runtime/imagebuilder/arns';

/** Tags are a map for every type of Image Builder (D26). */
export type TagMap = Record<string, string>;

/** Returns the values of `GetAtt LatestVersion.*` (D27, D33). */
export function latestVersion(versionArn: string): Record<string, string> {
  const { arn, major, minor, patch } = latestReferences(versionArn);
  return {
    'LatestVersion.Arn': arn,
    'LatestVersion.Major': major,
    'LatestVersion.Minor': minor,
    'LatestVersion.Patch': patch,
  };
}

export const LATEST_VERSION = [
  'LatestVersion.Arn',
  'LatestVersion.Major',
  'LatestVersion.Minor',
  'LatestVersion.Patch',
] as const;

/** Calls `make`, and converts the error of a taken name and version into CloudFormation's (D22, D34). */
export function orTaken<T>(type: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!isAwsError(error, 'ResourceAlreadyExistsException')) throw error;
    const identifier = /'(arn:[^']+)'/.exec(error.message)?.[1] ?? '';
    throw new AwsError('AlreadyExists', `Resource of type '${type}' with identifier '${identifier}' already exists.`);
  }
}

/** Ignores the error of a deletion of a missing resource. */
export function orGone(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
  }
}

/** Returns CloudFormation's error for a failed service operation. */
export function generalServiceException(reason: string): AwsError {
  return new AwsError('GeneralServiceException', `Error occurred during operation '${reason}'.`);
}

/** `{Name: …}` as the service's API has it: `{name: …}`; keys of the nested maps in `except` are a person's own. */
export function camelCased<T>(value: unknown, except: readonly string[] = []): T {
  if (Array.isArray(value)) return value.map((item) => camelCased(item, except)) as T;
  if (!value || typeof value !== 'object') return value as T;
  const entries = Object.entries(value).map(([key, inner]) => [
    key.charAt(0).toLowerCase() + key.slice(1),
    except.includes(key) ? inner : camelCased(inner, except),
  ]);
  return Object.fromEntries(entries) as T;
}
