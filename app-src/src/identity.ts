import { type WaitOptions, waitFor } from './wait';

/** Identity of this server: the values in its image, and the values of its instance. */
export interface Identity {
  readonly imageVersion: string;
  readonly commitId: string;
  /** May become known only while the server already serves: see `learnEnvironment`. */
  environment: string;
  readonly instanceId: string;
}

/** Reads one path below `/latest/meta-data/` of the instance metadata service; undefined if there is no such entry. */
export type ReadMetadata = (path: string) => Promise<string | undefined>;

/** Value of what a machine that is no instance cannot know. */
export const UNKNOWN = 'unknown';

const ENVIRONMENT = 'tags/instance/Environment';

/**
 * Reads the identity from the image's environment (`IMAGE_VERSION`, `COMMIT_ID`) and from the instance: its id, and its
 * tag `Environment`, so that one image serves in every environment. On a machine that is no instance, values are
 * `unknown`.
 */
export async function readIdentity(
  environment: Readonly<Record<string, string | undefined>>,
  readMetadata: ReadMetadata,
): Promise<Identity> {
  const instanceId = await readMetadata('instance-id');
  return {
    imageVersion: environment['IMAGE_VERSION'] ?? UNKNOWN,
    commitId: environment['COMMIT_ID'] ?? UNKNOWN,
    environment: (instanceId && (await readMetadata(ENVIRONMENT))) || UNKNOWN,
    instanceId: instanceId ?? UNKNOWN,
  };
}

/**
 * Asks again for the environment of an instance whose tags were not available at first, and writes it into `identity`.
 * An instance that bakes an image has none. Rejects with the signal's reason when aborted. Errors of the metadata
 * service are retried.
 */
export async function learnEnvironment(
  identity: Identity,
  readMetadata: ReadMetadata,
  options: WaitOptions = {},
): Promise<void> {
  identity.environment = await waitFor(() => readMetadata(ENVIRONMENT).catch(() => undefined), options);
}
