import type { Objects } from '../../kernel/ports';
import type { PipelineDefinition } from './definition';
import type { Artifact, ArtifactLocation, Execution } from './execution';

/** The bucket in which the actions of a region find and leave their artifacts; without a region, the pipeline's own. */
export function bucketFor({ artifactBucket, artifactStores }: PipelineDefinition, region: string | undefined): string {
  return (region && artifactStores?.[region]) || artifactBucket;
}

/** Returns the places of an action's input artifacts in its region. */
export function inputsFor(
  definition: PipelineDefinition,
  { artifacts }: Pick<Execution, 'artifacts'>,
  { inputArtifacts, region }: { readonly inputArtifacts: readonly string[]; readonly region?: string },
): Artifact[] {
  const bucket = bucketFor(definition, region);
  return inputArtifacts.flatMap((name) => {
    const made = artifacts[name];
    return made ? [{ name, bucket, key: made.key }] : [];
  });
}

/** Copies artifacts of another region to the action's store. */
export function bringInputs(
  objects: Pick<Objects, 'read' | 'write'>,
  inputs: readonly Artifact[],
  artifacts: Readonly<Record<string, ArtifactLocation>>,
): void {
  for (const { name, bucket, key } of inputs) {
    const made = artifacts[name];
    if (made && made.bucket !== bucket) objects.write(bucket, key, objects.read(made.bucket, made.key));
  }
}
