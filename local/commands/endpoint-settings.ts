import type { PlaceSettings } from '../../cli/place';
import type { RuntimeAddress } from './state-directory';

/**
 * Returns the settings that lead AWS's clients to an endpoint. The caller's own profile and session would win over the
 * keys in part, so they are removed.
 */
export function endpointSettings({ endpoint, region, credentials }: RuntimeAddress): PlaceSettings {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_PROFILE: undefined,
    AWS_DEFAULT_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
  };
}
