import { settings as defaults } from '../../../infra/settings';
import { checkSettings } from '../../../infra/settings/check';
import { SettingsMistake } from '../../../infra/settings/mistakes';

/** Settings whose type is open: wrong values are what is tried. */
export interface Open {
  [name: string]: unknown;
  source: Record<string, unknown>;
  image: Record<string, unknown>;
  environments: OpenEnvironment[];
}

export interface OpenEnvironment {
  [name: string]: unknown;
  fleet: Record<string, unknown>;
  network: Record<string, unknown>;
}

/** A copy of the settings, changed as the case says. */
export function changed(change: (settings: Open) => void): Open {
  const copy = structuredClone(defaults) as unknown as Open;
  change(copy);
  return copy;
}

/** Returns the mistakes in settings. */
export function mistakes(settings: unknown): readonly string[] {
  try {
    checkSettings(settings);
    return [];
  } catch (error) {
    if (error instanceof SettingsMistake) return error.mistakes;
    throw error;
  }
}

/** The mistakes that are found where the one environment has these fields too. */
export function mistakesWith(fields: object): string {
  return mistakes(changed(({ environments }) => Object.assign(environments[0]!, fields))).join('\n');
}
