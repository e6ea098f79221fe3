import { isWorking } from '../../../local/engine/state/stack';
import { type Desk, desk, items, request, someone } from './desk';

const before = items({
  Base: { Properties: { Fixed: 1 } },
  Kept: { Properties: { Value: { Ref: 'Base' } } },
  Changed: { Properties: { Value: 1 } },
  Left: {},
});
const after = items({
  Base: { Properties: { Fixed: 2 } },
  Kept: { Properties: { Value: { Ref: 'Base' } } },
  Changed: { Properties: { Value: 2 } },
  Added: { DependsOn: 'Kept' },
});
const broken = items({ ...resourcesOf(after), Bad: { DependsOn: ['Kept', 'Changed'] } });

function resourcesOf(template: object): Record<string, object> {
  return (template as { Resources: Record<string, object> }).Resources;
}

interface Journey {
  readonly start?: object;
  go(at: Desk): void;
}

const JOURNEYS: Record<string, Journey> = {
  'a creation': { go: ({ engine }) => engine.startCreate(request(before)) },
  'a creation that fails': { go: ({ engine }) => engine.startCreate(request(broken)) },
  'an update': { start: before, go: ({ engine }) => engine.startUpdate(request(after)) },
  'an update that fails': { start: before, go: ({ engine }) => engine.startUpdate(request(broken)) },
  'a deletion': { start: before, go: ({ engine }) => engine.startDelete({ stackName: 'desk', principal: someone }) },
};

/** Travels, is killed after the `event`th event, and recovers. False: the journey was over before. */
async function killedAfter({ start, go }: Journey, event: number): Promise<{ at: Desk; wasKilled: boolean }> {
  const at = desk({
    answer: ({ logicalId, verb }) => (logicalId === 'Bad' && verb === 'create' ? { fails: 'no' } : 'succeeds'),
  });
  if (start) await at.engine.create(request(start));
  let left = event;
  let killed: Promise<Desk> | undefined;
  const stopCounting = at.bus.subscribe(({ type }) => {
    if (type === 'stack-event' && --left === 0) killed = at.restart();
  });
  go(at);
  await at.engine.settled();
  stopCounting();
  if (!killed) return { at, wasKilled: false };
  const next = await killed;
  next.engine.recover();
  await next.clock.advance(60_000);
  await next.engine.settled();
  return { at: next, wasKilled: true };
}

test.each(Object.entries(JOURNEYS))(
  'a kill of %s after any of its events ends in a stable state, and nothing is lost or leaked',
  async (_, journey) => {
    for (let event = 1; ; event++) {
      const { at, wasKilled } = await killedAfter(journey, event);
      const { engine, providers } = at;
      const [stack] = engine.queries.stacks();
      expect(isWorking(stack!.state.id)).toBe(false);
      expect(leftovers(at)).toEqual([]);
      if (stack!.state.id !== 'DELETE_COMPLETE') await engine.delete('desk', someone);
      expect([...providers.standing.keys()]).toEqual([]);
      if (!wasKilled) return;
    }
  },
);

/** Returns the resources that exist without a record, and the reverse. */
function leftovers({ engine, providers }: Desk): string[] {
  const [stack] = engine.queries.stacks();
  const known = engine.queries.resources(stack!.stackId).flatMap(({ live }) => (live ? [live] : []));
  const ids = new Set(known.map(({ physicalId }) => physicalId));
  return [
    ...[...providers.standing.keys()].filter((id) => !ids.has(id)).map((id) => `${id} exists and is not known`),
    ...known
      .filter(({ physicalId, properties }) => {
        const there = providers.standing.get(physicalId);
        return JSON.stringify(there) !== JSON.stringify(properties);
      })
      .map(({ physicalId }) => `${physicalId} is not what the stack knows`),
  ];
}
