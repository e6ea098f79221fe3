import { arn, type Scope } from '../../kernel/arn';
import { NotSupportedLocally } from '../../kernel/failure';
import { notValid } from './refusals';

export type Kind =
  | 'component'
  | 'image'
  | 'image-recipe'
  | 'infrastructure-configuration'
  | 'distribution-configuration';

/** The ARN of a resource; names are lower-cased in it, spaces and underscores become hyphens (D25). */
export function resourceArn(scope: Scope, kind: Kind, ...[name = '', ...rest]: (string | number)[]): string {
  const inArn = String(name).toLowerCase().replace(/[ _]/g, '-');
  return arn(scope, 'imagebuilder', [kind, inArn, ...rest].join('/'));
}

export function checkName(name: string): void {
  // D25: AWS's own expression, with its stray ranges.
  if (!/^[-_A-Za-z0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z0-9]$/.test(name)) {
    throw notValid('name', "'name' must match pattern ^[-_A-Za-z-0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z-0-9]$");
  }
}

/**
 * Checks the version of a recipe. On AWS it may have an `x`, for which the service chooses the next number (D24); how it
 * chooses is not documented.
 */
export function checkRecipeVersion(version: string): void {
  if (/^(\d+|x)\.(\d+|x)\.(\d+|x)$/.test(version) && version.includes('x')) {
    throw new NotSupportedLocally(`The recipe version ${version}`, 'give all three numbers');
  }
  checkVersion(version);
}

/** Checks a version of digits only: in components, `x` is for references (D22). */
export function checkVersion(version: string): void {
  const numbers = /^\d+\.\d+\.\d+$/.test(version) ? version.split('.').map(Number) : [];
  if (numbers.length === 0)
    throw notValid('semanticVersion', 'semanticVersion must match pattern ^[0-9]+\\.[0-9]+\\.[0-9]+$');
  if (numbers.some((number) => number >= 2 ** 30)) {
    throw notValid('semanticVersion', 'each part of a version must be below 1073741824');
  }
}

/**
 * The highest of `arns` that `reference` names: exact, with `x` from right to left (`1.x.x`), with or without a build
 * (D23).
 */
export function highestMatch(reference: string, arns: readonly string[]): string | undefined {
  const [, head = '', version = '', build] =
    /^(.*)\/((?:\d+|x)\.(?:\d+|x)\.(?:\d+|x))(?:\/(\d+|x))?$/.exec(reference) ?? [];
  if (!version || /x\.\d/.test(version)) return arns.includes(reference) ? reference : undefined;
  const matches = arns.filter((candidate) => {
    const parts = /^(.*)\/(\d+\.\d+\.\d+)(?:\/(\d+))?$/.exec(candidate);
    return parts?.[1] === head && fits(version, parts[2] ?? '') && (!build || build === 'x' || build === parts[3]);
  });
  return matches.sort(byVersion).at(-1);
}

/** `…/1.0.0/1` → `…/1.0.0`. */
export function withoutBuild(buildVersionArn: string): string {
  return buildVersionArn.replace(/\/\d+$/, '');
}

/** For `GetAtt LatestVersion.*` and `latestVersionReferences`: each form, with `x` for the parts that match any. */
export function latestReferences(versionArn: string): { arn: string; major: string; minor: string; patch: string } {
  const [, head = '', major = '', minor = '', patch = ''] =
    /^(.*)\/(\d+)\.(\d+)\.(\d+)(?:\/\d+)?$/.exec(versionArn) ?? [];
  return {
    arn: `${head}/x.x.x`,
    major: `${head}/${major}.x.x`,
    minor: `${head}/${major}.${minor}.x`,
    patch: `${head}/${major}.${minor}.${patch}`,
  };
}

/** `arn:aws:imagebuilder:eu-west-1:aws:component/update-linux/x.x.x`: Amazon's own. */
export function isAmazonManaged(reference: string): boolean {
  return /^arn:[^:]+:imagebuilder:[^:]*:aws:/.test(reference);
}

function fits(pattern: string, version: string): boolean {
  const given = version.split('.');
  return pattern.split('.').every((part, index) => part === 'x' || part === given[index]);
}

function byVersion(left: string, right: string): number {
  const [a, b] = [numbersOf(left), numbersOf(right)];
  const differs = a.findIndex((number, index) => number !== b[index]);
  return differs < 0 ? 0 : (a[differs] ?? 0) - (b[differs] ?? 0);
}

function numbersOf(text: string): number[] {
  const [, version = '', build = '0'] = /\/(\d+\.\d+\.\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  return [...version.split('.'), build].map(Number);
}
