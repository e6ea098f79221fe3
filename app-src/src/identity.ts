import { type WaitOptions, waitFor } from './wait';

/** Identity of this server: what was baked into its image, and what its instance says of itself. */
export interface Identity {
  readonly imageVersion: string;
  readonly commitId: string;
  /** May become known only while the server already serves: see `learnEnvironment`. */
  environment: string;
  readonly instanceId: string;
}

/** Reads one path below `/latest/meta-data/` of the instance metadata service; undefined where there is no such entry. */
export type ReadMetadata = (path: string) => Promise<string | undefined>;

/** Stands for what a machine that is no instance cannot know. */
export const UNKNOWN = 'unknown';

const ENVIRONMENT = 'tags/instance/Environment';

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
    environment: (instanceId && (await readMetadata(ENVIRONMENT))) || UNKNOWN,
    instanceId: instanceId ?? UNKNOWN,
  };
}

/**
 * Asks again for the environment of an instance that did not know its tags yet, and writes it into `identity`. An instance
 * that bakes an image has none. Rejects with the signal's reason when aborted; what the metadata service fails to answer is
 * asked again.
 */
export async function learnEnvironment(
  identity: Identity,
  readMetadata: ReadMetadata,
  options: WaitOptions = {},
): Promise<void> {
  identity.environment = await waitFor(() => readMetadata(ENVIRONMENT).catch(() => undefined), options);
}
