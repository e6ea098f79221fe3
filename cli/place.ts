/** The place on which a command acts: AWS, with its usual settings, or a run on this machine. */
export type CommandPlace = { readonly kind: 'aws' } | LocalPlace;

export interface LocalPlace {
  readonly kind: 'local';
  /** Directory of the run's state, as given; absent for the project's own. */
  readonly state?: string;
}

/** Environment variables that lead AWS's clients to a place. An undefined one is removed. */
export type PlaceSettings = Readonly<Record<string, string | undefined>>;

/** Applies the settings to all AWS clients that this process creates from now on. */
export function useSettings(settings: PlaceSettings): void {
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
