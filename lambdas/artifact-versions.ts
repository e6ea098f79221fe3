import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Form } from './parameters';
import type { Artifact, Job } from './pipeline-job';

const VERSION_ID: Form = { pattern: /^[\w.-]{1,64}$/, form: 'the version id of an object' };

/** The artifacts of the action differ from those of the execution when it got its image version. */
class ArtifactReplaced extends Error {
  override readonly name = 'ArtifactReplaced';
}

/** Returns the version id of each artifact of the action, as `AppVersionId`. */
export async function artifactVersions(job: Job): Promise<Record<string, string>> {
  const s3 = clientOf(job);
  const versions = job.artifacts.map(
    async (artifact): Promise<[string, string]> => [parameterOf(artifact), await currentVersion(s3, artifact)],
  );
  return Object.fromEntries(await Promise.all(versions));
}

/**
 * Refuses artifacts that were replaced since `artifactVersions` read them: builds of other commits can write there, and
 * only the approved artifacts may be deployed. The action's parameters name the version of each, as `AppVersionId`.
 */
export async function refuseReplacedArtifacts(job: Job): Promise<void> {
  const s3 = clientOf(job);
  for (const artifact of job.artifacts) {
    const pinned = job.parameters.text(parameterOf(artifact), VERSION_ID);
    const found = await currentVersion(s3, artifact);
    if (found === pinned) continue;
    throw new ArtifactReplaced(
      `the artifact ${artifact.name} of this execution was replaced after it was built (s3://${artifact.bucket}/${artifact.key} ` +
        `is version ${found}, and was ${pinned}): find the writer in CloudTrail, and start a new run`,
    );
  }
}

const parameterOf = ({ name }: Artifact) => `${name}VersionId`;

function clientOf({ artifactCredentials: credentials }: Job): S3Client {
  return new S3Client({ ...(credentials && { credentials }), forcePathStyle: true });
}

async function currentVersion(s3: S3Client, { name, bucket, key }: Artifact): Promise<string> {
  const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  if (!VersionId) throw new Error(`the bucket of the artifact ${name}, ${bucket}, keeps no versions`);
  return VersionId;
}
