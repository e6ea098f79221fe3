import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two looks: shorter pauses would slow the runtime down. */
const EVERY_MS = 200;

/** Resolves once `holds` does; the test's own limit ends it otherwise. */
export async function until(holds: () => Promise<boolean>, everyMs = EVERY_MS): Promise<void> {
  while (!(await holds())) await pause(everyMs);
}
