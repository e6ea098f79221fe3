/** Who this server is: what was baked into its image, and what its instance says of itself. */
export interface Identity {
  readonly imageVersion: string;
  readonly commitId: string;
  readonly environment: string;
  readonly instanceId: string;
}

/** Reads one path below `/latest/meta-data/` of the instance metadata service; undefined where there is no such entry. */
export type ReadMetadata = (path: string) => Promise<string | undefined>;

/** Stands for what a machine that is no instance cannot know. */
export const UNKNOWN = 'unknown';

/**
 * The identity from the image's environment (`IMAGE_VERSION`, `COMMIT_ID`) and from the instance: its id, and its tag
 * `Environment`, so that one image serves in every environment. A machine that is no instance answers `unknown`.
 */
export async function readIdentity(
  environment: Readonly<Record<string, string | undefined>>,
  readMetadata: ReadMetadata,
): Promise<Identity> {
  const instanceId = await readMetadata('instance-id');
  return {
    imageVersion: environment['IMAGE_VERSION'] ?? UNKNOWN,
    commitId: environment['COMMIT_ID'] ?? UNKNOWN,
    environment: (instanceId && (await readMetadata('tags/instance/Environment'))) || UNKNOWN,
    instanceId: instanceId ?? UNKNOWN,
  };
}
