import { setTimeout as pause } from 'node:timers/promises';

/** How often a runtime is asked for what it does not print: often enough to see it, seldom enough to cost it nothing. */
const EVERY_MS = 200;

/** Resolves once `holds` does; the test's own limit ends it otherwise. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(EVERY_MS);
}
