import { join } from 'node:path';
import type { Scope } from '../kernel/arn';
import { NotSupportedLocally } from '../kernel/failure';
import { type ManifestArtifact, readJson } from './manifest';

/** A file or directory that must be in S3 before the stack is deployed. Names may hold `${AWS::…}` placeholders. */
export interface FileAsset {
  readonly id: string;
  /** Absolute. */
  readonly sourcePath: string;
  /** `zip`: the path is a directory, and its zip is uploaded to S3. */
  readonly packaging: 'file' | 'zip';
  readonly bucketName: string;
  readonly objectKey: string;
}

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string; readonly packaging?: 'file' | 'zip' };
        readonly destinations: Readonly<Record<string, { readonly bucketName: string; readonly objectKey: string }>>;
      }
    >
  >;
  readonly dockerImages?: Readonly<Record<string, unknown>>;
}

/** The assets that an asset manifest names, one for each place they go to. */
export function readAssets(directory: string, artifact: ManifestArtifact): FileAsset[] {
  const { files = {}, dockerImages = {} } = readJson<AssetManifest>(join(directory, artifact.properties.file ?? ''));
  const [image] = Object.keys(dockerImages);
  if (image) throw new NotSupportedLocally(`The container image asset ${image} of ${artifact.id}`);
  return Object.entries(files).flatMap(([id, { source, destinations }]) => {
    const { path, packaging = 'file' } = source;
    if (!path) throw new NotSupportedLocally(`The asset ${id} of ${artifact.id}, which a command creates`);
    return Object.values(destinations).map(({ bucketName, objectKey }) => ({
      id,
      sourcePath: join(directory, path),
      packaging,
      bucketName,
      objectKey,
    }));
  });
}

/** The asset with the placeholders of its names filled in. */
export function assetIn(scope: Scope, asset: FileAsset): FileAsset {
  return { ...asset, bucketName: inScope(scope, asset.bucketName), objectKey: inScope(scope, asset.objectKey) };
}

/** `${AWS::AccountId}`, `${AWS::Region}` and `${AWS::Partition}` of an assembly's texts, filled in. */
export function inScope(scope: Scope, text: string): string {
  return text
    .replaceAll('${AWS::AccountId}', scope.account)
    .replaceAll('${AWS::Region}', scope.region)
    .replaceAll('${AWS::Partition}', scope.partition);
}
