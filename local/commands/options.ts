import type { Request } from '../../cli/command';
import { WrongUse } from '../../cli/refusal';
import { DEFAULT_STABLE_SECONDS, DEFAULT_TIME_SCALE } from './command-table';

/** Options of `start`. */
export interface StartOptions {
  /** Directory of the state, as given; undefined means this project's own. */
  readonly state?: string;
  readonly once: boolean;
  readonly fresh: boolean;
  /** 0 lets the machine choose. */
  readonly port?: number;
  readonly timeScale: number;
  /** Real seconds for which Verify watches that an environment keeps answering. */
  readonly stableSeconds: number;
  /** False: builds reach no other machine. */
  readonly buildNetwork: boolean;
  /** Runs guests as root of this machine if it has no user namespaces. */
  readonly trustCommits: boolean;
  readonly verbose: boolean;
}

/** Reads the options of `start`. Throws `WrongUse` if a number is out of its range. */
export function startOptions({ options, place }: Pick<Request, 'options' | 'place'>): StartOptions {
  return {
    state: place.kind === 'local' ? place.state : undefined,
    once: options['once'] === true,
    fresh: options['fresh'] === true,
    port: number(options, 'port', { least: 0, most: 65535, whole: true }),
    timeScale: number(options, 'time-scale', { least: 0.01, most: 10_000, whole: false }) ?? DEFAULT_TIME_SCALE,
    stableSeconds: number(options, 'stable-seconds', { least: 0, most: 60, whole: false }) ?? DEFAULT_STABLE_SECONDS,
    buildNetwork: options['no-build-network'] !== true,
    trustCommits: options['trust-commits'] === true,
    verbose: options['verbose'] === true,
  };
}

function number(
  options: Request['options'],
  name: string,
  { least, most, whole }: { least: number; most: number; whole: boolean },
): number | undefined {
  const value = options[name];
  if (typeof value !== 'string') return undefined;
  const parsed = Number(value);
  if (!(parsed >= least && parsed <= most) || (whole && !Number.isInteger(parsed))) {
    throw new WrongUse(
      `option "--${name}" must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}, not "${value}"`,
    );
  }
  return parsed;
}
