import { join, resolve } from 'node:path';
import { NotSupportedLocally, UserMistake } from '../kernel/failure';
import { type FileAsset, readAssets } from './assets';
import { type ManifestArtifact, readManifest, readText } from './manifest';
import { refuseErrors } from './metadata';

/** A directory that `cdk synth` wrote. */
export interface Assembly {
  /** Absolute. */
  readonly directory: string;
  /** The stacks of this assembly, each after those it depends on; those of stages are in `stages`. */
  readonly stacks: readonly AssemblyStack[];
  /** Nested CDK stages, by the path of their construct. */
  readonly stages: readonly { readonly name: string; readonly assembly: Assembly }[];
}

export interface AssemblyStack {
  /** The artifact's id in the manifest. */
  readonly id: string;
  /** Name that a person types: `pipeline`, `commit/image`. */
  readonly displayName: string;
  readonly stackName: string;
  /** Absolute. */
  readonly templateFile: string;
  readonly templateBody: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Artifact ids of the stacks that are deployed before. */
  readonly dependencies: readonly string[];
  /** Its template is one of them. */
  readonly assets: readonly FileAsset[];
  /** Absent members were not fixed at synthesis. */
  readonly environment: { readonly account?: string; readonly region?: string };
  /** The role that bootstrapping made for CloudFormation; may hold `${AWS::…}` placeholders (`inScope`). */
  readonly executionRoleArn?: string;
  readonly terminationProtection: boolean;
}

/**
 * Reads `cdk.out`. Refuses, as a mistake of its author, a missing assembly, and one with missing context or errors;
 * refuses unsupported parts by name.
 */
export function readAssembly(directory: string): Assembly {
  const root = resolve(directory);
  const { artifacts, missing } = readManifest(root);
  if (missing.length) {
    throw new UserMistake(
      join(root, 'manifest.json'),
      `lacks values that must be looked up in an account: ${missing.join(', ')}`,
      'name them in cdk.json as context, or do without lookups',
    );
  }
  refuseErrors(root, artifacts);
  const stacks = [...artifacts.values()].filter(({ type }) => type === 'aws:cloudformation:stack');
  const stages = [...artifacts.values()].filter(({ type }) => type === 'cdk:cloud-assembly');
  return {
    directory: root,
    stacks: inOrder(stacks.map((stack) => readStack(root, stack, artifacts))),
    stages: stages.map(({ id, displayName, properties }) => ({
      name: displayName ?? properties.displayName ?? id,
      assembly: readAssembly(join(root, properties.directoryName ?? id)),
    })),
  };
}

/** Every stack, those of stages after the assembly's own. */
export function allStacks(assembly: Assembly): AssemblyStack[] {
  return [...assembly.stacks, ...assembly.stages.flatMap((stage) => allStacks(stage.assembly))];
}

function readStack(
  root: string,
  artifact: ManifestArtifact,
  artifacts: ReadonlyMap<string, ManifestArtifact>,
): AssemblyStack {
  const { id, properties, dependencies, displayName, environment = '' } = artifact;
  const { templateFile } = properties;
  if (!templateFile) throw new NotSupportedLocally(`The stack artifact ${id} without a template file`);
  const needed = dependencies.map((name) => artifacts.get(name)).filter((one) => one !== undefined);
  return {
    id,
    displayName: displayName ?? id,
    stackName: properties.stackName ?? id,
    templateFile: join(root, templateFile),
    templateBody: readText(join(root, templateFile)),
    parameters: properties.parameters ?? {},
    tags: properties.tags ?? {},
    dependencies: needed.filter(({ type }) => type === artifact.type).map((stack) => stack.id),
    assets: needed.filter(({ type }) => type === 'cdk:asset-manifest').flatMap((asset) => readAssets(root, asset)),
    environment: readEnvironment(environment),
    executionRoleArn: properties.cloudFormationExecutionRoleArn,
    terminationProtection: properties.terminationProtection ?? false,
  };
}

/** `aws://ACCOUNT/REGION`, either of which may be `unknown-…`. */
function readEnvironment(text: string): AssemblyStack['environment'] {
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(text) ?? [];
  return {
    ...(account && account !== 'unknown-account' ? { account } : {}),
    ...(region && region !== 'unknown-region' ? { region } : {}),
  };
}

/** CDK refuses circles itself, so every round finds a stack. */
function inOrder(stacks: readonly AssemblyStack[]): AssemblyStack[] {
  const ordered = new Map<string, AssemblyStack>();
  const place = (stack: AssemblyStack): void => {
    if (ordered.has(stack.id)) return;
    for (const id of stack.dependencies) {
      const needed = stacks.find((other) => other.id === id);
      if (needed) place(needed);
    }
    ordered.set(stack.id, stack);
  };
  stacks.forEach(place);
  return [...ordered.values()];
}
