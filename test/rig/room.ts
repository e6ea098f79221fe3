import { randomBytes } from 'node:crypto';
import type { Scope } from '../../local/kernel/arn';
import type { Clock } from '../../local/kernel/clock';
import { EventBus, type Stamped } from '../../local/kernel/events';
import { createIds, type Ids } from '../../local/kernel/ids';
import { openStore, type Store } from '../../local/kernel/store';
import { DrivenClock } from './driven-clock';

export const testScope: Scope = { partition: 'aws', region: 'eu-west-1', account: '000000000000' };

/** Dependencies of every service, in memory; `events` collects all events. */
export interface Room<C extends Clock> {
  scope: Scope;
  store: Store;
  clock: C;
  ids: Ids;
  bus: EventBus;
  events: Stamped[];
}

export function room(): Room<DrivenClock>;
export function room<C extends Clock>(clock: C): Room<C>;
export function room(clock: Clock = new DrivenClock()): Room<Clock> {
  const bus = new EventBus(clock);
  const events: Stamped[] = [];
  bus.subscribe((event) => events.push(event));
  return { scope: testScope, store: openStore(':memory:'), clock, ids: createIds(randomBytes), bus, events };
}
