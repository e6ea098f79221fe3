import type { UnitState } from '../src/unit';

/** The state of a unit whose service runs, and has never restarted. */
export const running: UnitState = {
  active: 'active',
  sub: 'running',
  result: 'success',
  exitStatus: '0',
  exited: false,
  restarts: 0,
};
