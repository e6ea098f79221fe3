import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, UserMistake } from '../kernel/failure';

/** Description of an artifact; all else in it is left alone. */
export interface ManifestArtifact {
  readonly id: string;
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly dependencies: readonly string[];
  readonly properties: ArtifactProperties;
  readonly metadata?: Metadata;
  readonly additionalMetadataFile?: string;
}

export interface ArtifactProperties {
  readonly templateFile?: string;
  readonly stackName?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly terminationProtection?: boolean;
  readonly cloudFormationExecutionRoleArn?: string;
  /** File of an asset manifest. */
  readonly file?: string;
  /** Directory of a nested assembly. */
  readonly directoryName?: string;
  readonly displayName?: string;
}

/** Notes of the synthesis, by construct path. */
export type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

export interface Manifest {
  readonly artifacts: ReadonlyMap<string, ManifestArtifact>;
  /** Keys of context that synthesis asked for and did not get. */
  readonly missing: readonly string[];
}

/** Reads `manifest.json` of a cloud assembly. */
export function readManifest(directory: string): Manifest {
  const file = join(directory, 'manifest.json');
  if (!existsSync(file)) throw new UserMistake(directory, 'is not a cloud assembly', 'run `npm run synth` first');
  const { artifacts = {}, missing = [] } = readJson<{
    artifacts?: Record<string, Omit<ManifestArtifact, 'id'>>;
    missing?: { key: string }[];
  }>(file);
  const read = Object.entries(artifacts).map(([id, artifact]): [string, ManifestArtifact] => [
    id,
    { ...artifact, id, dependencies: artifact.dependencies ?? [], properties: artifact.properties ?? {} },
  ]);
  return { artifacts: new Map(read), missing: missing.map(({ key }) => key) };
}

/** Reads a JSON file of an assembly. The shape is CDK's; the caller declares the members that it reads. */
export function readJson<T>(file: string): T {
  try {
    return JSON.parse(readText(file)) as T;
  } catch (error) {
    throw error instanceof UserMistake ? error : new UserMistake(file, `is not JSON: ${messageOf(error)}`);
  }
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserMistake(file, `cannot be read: ${messageOf(error)}`, 'synthesize again');
  }
}
