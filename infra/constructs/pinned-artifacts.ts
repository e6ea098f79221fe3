import { PINNED_VERSIONS } from './configuration-limits';

/** The artifacts that builds leave for the actions after them. */
const ARTIFACTS = ['App', 'Templates'] as const;

/**
 * Has the stage of the image version note the versions of the artifacts. A later write makes another version, so that it is
 * seen before something is deployed.
 */
export const PINNING = { inputs: ARTIFACTS };

/** Has a function refuse artifacts that were replaced since. */
export const PINNED = {
  inputs: ARTIFACTS,
  parameters: Object.fromEntries(PINNED_VERSIONS.map((version) => [version, `#{Version.${version}}`])),
};
