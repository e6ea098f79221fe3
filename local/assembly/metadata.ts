import { join } from 'node:path';
import { UserMistake } from '../kernel/failure';
import { type ManifestArtifact, type Metadata, readJson } from './manifest';

/** Refuses errors of `Annotations.addError`: synthesis records them, and `cdk deploy` stops at them. */
export function refuseErrors(directory: string, artifacts: ReadonlyMap<string, ManifestArtifact>): void {
  const errors = [...artifacts.values()].flatMap((artifact) =>
    Object.entries(metadataOf(directory, artifact)).flatMap(([path, entries]) =>
      entries.filter(({ type }) => type === 'aws:cdk:error').map(({ data }) => ({ path, message: String(data) })),
    ),
  );
  const [first] = errors;
  if (!first) return;
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new UserMistake(first.path, `${first.message}${others}`, 'correct it and synthesize again');
}

function metadataOf(directory: string, { metadata, additionalMetadataFile }: ManifestArtifact): Metadata {
  const inFile = additionalMetadataFile ? readJson<Metadata>(join(directory, additionalMetadataFile)) : {};
  return { ...metadata, ...inFile };
}
