import { Mistakes } from './mistakes';
import type { Settings } from './types';

/** The stacks are declared for the pipeline's own account and region alone: an environment elsewhere is refused. */
export function refuseOtherPlaces(settings: Settings): Settings {
  const mistakes = new Mistakes();
  settings.environments.forEach((environment, index) => {
    for (const field of ['account', 'region'] as const) {
      if (environment[field] === undefined) continue;
      const wrong = 'environments live in the account and region of the pipeline';
      mistakes.add(`environments[${index}].${field}`, wrong, 'leave it out');
    }
  });
  mistakes.throwIfAny();
  return settings;
}
