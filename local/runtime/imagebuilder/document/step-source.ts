import type { UserMistake } from '../../../kernel/failure';
import type { Path } from './source';

/** A step's surroundings while it is read. Paths are within the step. */
export interface StepSource {
  readonly name: string;
  /** Logging is disabled by the phase or the document. */
  readonly quiet: boolean;
  mistake(path: Path, what: string): UserMistake;
  text(path: Path): string | undefined;
}
