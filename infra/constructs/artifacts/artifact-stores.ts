import type { CfnPipeline, CfnPipelineProps } from 'aws-cdk-lib/aws-codepipeline';
import { artifactBucketName, artifactKeyAlias, environmentRoleName } from '../../names';
import { environmentsElsewhere, homeOf, type Place, partitionOf } from '../../settings/places';
import type { Settings } from '../../settings/types';
import type { RolesElsewhere } from '../roles/role';
import type { ArtifactBucketProps } from './artifact-bucket';
import { ArtifactStore } from './artifact-store';

/**
 * Derives the properties of a region's artifact bucket from the settings; without a region, in that of the pipeline.
 */
export function artifactBucketProps(settings: Settings, region = settings.region): ArtifactBucketProps {
  const home = homeOf(settings);
  const readers = region === undefined ? [] : readersIn(settings, region);
  const isKnownElsewhere = region !== settings.region || readers.length > 0;
  return {
    name: settings.name,
    bucketName: home && region && isKnownElsewhere ? artifactBucketName(settings.name, { ...home, region }) : undefined,
    ownKey: hasOtherAccounts(settings),
    readers,
  };
}

/** Returns the bucket of another region of the pipeline's account, as other stacks refer to it. */
export function artifactStoreIn(settings: Settings, place: Place): ArtifactStore {
  const name = artifactBucketName(settings.name, place);
  const partition = partitionOf(place.region);
  // Only another stack knows the key's id. An alias is valid only in its own account (A59), so it is given only to
  // roles of that account that write artifacts. Readers get the key id with the object.
  const id = `arn:${partition}:kms:${place.region}:${place.account}:${artifactKeyAlias(settings.name)}`;
  return new ArtifactStore({
    name,
    arn: `arn:${partition}:s3:::${name}`,
    key: hasOtherAccounts(settings) ? { id } : undefined,
    place,
  });
}

/** By region, those that the pipeline needs beside its own. */
export function artifactStoresElsewhere(settings: Settings): ReadonlyMap<string, ArtifactStore> {
  const home = homeOf(settings);
  if (!home) return new Map();
  return new Map(regionsElsewhere(settings).map((region) => [region, artifactStoreIn(settings, { ...home, region })]));
}

/** Returns the stores in the pipeline's form: one, or one for each region, including its own (A59). */
export function pipelineStores(
  { region }: Settings,
  own: ArtifactStore,
  others: ReadonlyMap<string, ArtifactStore>,
): Pick<CfnPipelineProps, 'artifactStore' | 'artifactStores'> {
  const declared = ({ name, key }: ArtifactStore): CfnPipeline.ArtifactStoreProperty => ({
    type: 'S3',
    location: name,
    ...(key && { encryptionKey: { type: 'KMS', id: key.id } }),
  });
  if (others.size === 0 || region === undefined) return { artifactStore: declared(own) };
  return {
    artifactStores: [[region, own] as const, ...others].map(([where, store]) => ({
      region: where,
      artifactStore: declared(store),
    })),
  };
}

/** The regions in which the pipeline's actions work beside its own. */
export function regionsElsewhere(settings: Settings): string[] {
  const regions = environmentsElsewhere(settings).map(({ place }) => place.region);
  return [...new Set(regions)].filter((region) => region !== settings.region);
}

function hasOtherAccounts(settings: Settings): boolean {
  return environmentsElsewhere(settings).some(({ place }) => place.account !== settings.account);
}

/** Returns the roles of other accounts that read here. The roles of the pipeline's account have their own policies. */
function readersIn(settings: Settings, region: string): RolesElsewhere[] {
  const readers = new Map<string, RolesElsewhere>();
  for (const { environment, place } of environmentsElsewhere(settings)) {
    if (place.region !== region || place.account === settings.account) continue;
    const roleNames = [
      ...(readers.get(place.account)?.roleNames ?? []),
      environmentRoleName(settings.name, environment.name, 'roll'),
    ];
    readers.set(place.account, { place, roleNames });
  }
  return [...readers.values()];
}
