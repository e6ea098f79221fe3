import { PINNED_VERSIONS } from './configuration-limits';

/** The artifacts that builds leave for the actions after them. */
const ARTIFACTS = ['App', 'Templates'] as const;

/**
 * Makes the version stage record the versions of the artifacts. A later write creates another version, which is
 * detected before a deployment.
 */
export const PINNING = { inputs: ARTIFACTS };

/** Has a function refuse artifacts that were replaced since. */
export const PINNED = {
  inputs: ARTIFACTS,
  parameters: Object.fromEntries(PINNED_VERSIONS.map((version) => [version, `#{Version.${version}}`])),
};
