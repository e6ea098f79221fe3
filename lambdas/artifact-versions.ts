import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Form } from './parameters';
import type { Artifact, ArtifactCredentials, Job } from './pipeline-job';

const VERSION_ID: Form = { pattern: /^[\w.-]{1,64}$/, form: 'the version id of an object' };

/** The artifacts that the action is given are not what the execution had when it got its image version. */
class ArtifactReplaced extends Error {
  override readonly name = 'ArtifactReplaced';
}

/** The version id of each artifact that the action is given, as `AppVersionId`. */
export async function artifactVersions({ artifacts, artifactCredentials }: Job): Promise<Record<string, string>> {
  const versions = artifacts.map(
    async (artifact): Promise<[string, string]> => [
      parameterOf(artifact),
      await currentVersion(artifact, artifactCredentials),
    ],
  );
  return Object.fromEntries(await Promise.all(versions));
}

/**
 * Refuses artifacts that were replaced since `artifactVersions` was asked: builds of other commits can write there, and
 * what is approved must be what is deployed. The action's parameters name the version of each, as `AppVersionId`.
 */
export async function refuseReplacedArtifacts({ artifacts, artifactCredentials, parameters }: Job): Promise<void> {
  for (const artifact of artifacts) {
    const pinned = parameters.text(parameterOf(artifact), VERSION_ID);
    const found = await currentVersion(artifact, artifactCredentials);
    if (found === pinned) continue;
    throw new ArtifactReplaced(
      `the artifact ${artifact.name} of this execution was replaced after it was built (s3://${artifact.bucket}/${artifact.key} ` +
        `is version ${found}, and was ${pinned}): look in the trail of the account who wrote it, and start a new run`,
    );
  }
}

const parameterOf = ({ name }: Artifact) => `${name}VersionId`;

async function currentVersion(
  { name, bucket, key }: Artifact,
  credentials: ArtifactCredentials | undefined,
): Promise<string> {
  const s3 = new S3Client({ ...(credentials && { credentials }), forcePathStyle: true });
  const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  if (!VersionId) throw new Error(`the bucket of the artifact ${name}, ${bucket}, keeps no versions`);
  return VersionId;
}
