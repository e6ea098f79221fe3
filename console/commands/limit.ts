import { WrongUse } from '../../cli/refusal';
import { DEFAULT_LIMIT } from '../command-table';

/** Reads the option `--limit`. Throws `WrongUse` if it is no whole number above 0. */
export function limitOf(given: string | true | undefined): number {
  if (typeof given !== 'string') return DEFAULT_LIMIT;
  const limit = Number(given);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new WrongUse(`option "--limit" must be a whole number above 0, not "${given}"`);
}
