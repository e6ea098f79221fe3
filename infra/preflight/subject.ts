import type { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { elsewhereOf, type Place } from '../settings/places';
import type { EnvironmentSettings, Settings } from '../settings/types';
import type { Finding } from './finding';
import type { Look } from './look';

/** One account and region: the part of the settings and of the templates that belongs there, and a way to look. */
export interface Subject {
  readonly place: Place;
  readonly settings: Settings;
  /** The pipeline is there. */
  readonly isHome: boolean;
  readonly environments: readonly EnvironmentSettings[];
  /** Stacks that a person deploys. */
  readonly stacks: readonly DeclaredStack[];
  /** Stacks that the pipeline deploys. */
  readonly ofCommit: readonly DeclaredStack[];
  readonly look: Look;
}

export interface DeclaredStack {
  readonly name: string;
  readonly resources: Readonly<Record<string, DeclaredResource>>;
  /** Characters of the template. */
  readonly size: number;
  /** The required version of the CDK's bootstrap stack, and the parameter that holds the version. */
  readonly bootstrap?: { readonly parameter: string; readonly version: number };
}

export interface DeclaredResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export interface Check {
  readonly name: string;
  /** A command or page for a person, if AWS does not let this be read. */
  readonly otherwise: string;
  run(subject: Subject): Promise<Finding[]>;
}

/** Returns all places of the settings. `home` is the pipeline's place, which the settings may leave open. */
export function placesOf(settings: Settings, home: Place): Place[] {
  const places = settings.environments.map((environment) => placeOf(settings, environment, home));
  const known = new Map([home, ...places].map((place) => [`${place.account} ${place.region}`, place]));
  return [...known.values()];
}

/** The part of settings and assembly that belongs to one place. */
export function subjectOf(
  settings: Settings,
  { assembly, place, home }: { assembly: CloudAssembly; place: Place; home: Place },
  look: Look,
): Subject {
  const isHome = place.account === home.account && place.region === home.region;
  const here = ({ environment: { account, region } }: CloudFormationStackArtifact) =>
    (account === 'unknown-account' || account === place.account) &&
    (region === 'unknown-region' || region === place.region);
  const commit = assembly.nestedAssemblies.flatMap(({ nestedAssembly }) => nestedAssembly.stacks);
  return {
    place,
    settings,
    isHome,
    look,
    environments: settings.environments.filter((environment) => {
      const { account, region } = placeOf(settings, environment, home);
      return account === place.account && region === place.region;
    }),
    stacks: assembly.stacks.filter(here).map(declared),
    ofCommit: commit.filter(here).map(declared),
  };
}

/** The resources of one type in these stacks. */
export function resourcesOf(stacks: readonly DeclaredStack[], type: string): Readonly<Record<string, unknown>>[] {
  return stacks
    .flatMap(({ resources }) => Object.values(resources))
    .filter(({ Type }) => Type === type)
    .map(({ Properties = {} }) => Properties);
}

function placeOf(settings: Settings, environment: EnvironmentSettings, home: Place): Place {
  const { account, region } = elsewhereOf(settings, environment) ?? home;
  return { account, region };
}

function declared(stack: CloudFormationStackArtifact): DeclaredStack {
  const { bootstrapStackVersionSsmParameter: parameter, requiresBootstrapStackVersion: version } = stack;
  const template = stack.template as { Resources?: Record<string, DeclaredResource> };
  return {
    name: stack.stackName,
    resources: template.Resources ?? {},
    size: JSON.stringify(template).length,
    ...(parameter && version !== undefined && { bootstrap: { parameter, version } }),
  };
}
