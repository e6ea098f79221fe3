import {
  nextRefreshMove,
  percentageOf,
  type RefreshInstance,
  type RefreshMove,
} from '../../../../local/runtime/autoscaling/instance-refresh';
import { type GivenPreferences, refreshPreferences } from '../../../../local/runtime/autoscaling/refresh-preferences';
import { casesOf } from '../../../rig/cases';

interface Input {
  readonly desired: number;
  /** Number of instances that match already. */
  readonly matching: number;
  /** Number of old instances that are not healthy. */
  readonly unhealthy: number;
  readonly by: 'api' | 'cloudformation';
  readonly preferences: GivenPreferences;
}

describe('an instance refresh whose instances all start', () => {
  test.each(casesOf('instance-refresh').map((one) => [one.title, one] as const))('%s', (_, one) => {
    const { desired = 0, matching = 0, unhealthy = 0, by = 'api', preferences = {} } = one.input<Input>();
    one.expect(walk({ desired, matching, unhealthy, by, preferences }));
  });
});

/** Plays the group: does each move, and lets new instances become ready whenever the refresh waits. */
function walk({ desired, matching, unhealthy, by, preferences: given }: Input): string[] {
  const preferences = refreshPreferences(given, by);
  const story: string[] = [];
  let surge = 0;
  let passed = 0;
  let made = desired;
  let instances: RefreshInstance[] = Array.from({ length: desired }, (_, index) => {
    return { id: `i-${index + 1}`, old: index >= matching, ready: index < desired - unhealthy };
  });
  for (let steps = 0; steps < 200; steps++) {
    const move: RefreshMove = nextRefreshMove({ preferences, desired, instances, surge, passed });
    story.push(told(move, percentageOf({ desired, instances })));
    if (move.kind === 'finish') return story;
    if (move.kind === 'launch') surge = move.surge;
    if (move.kind === 'terminate') {
      surge = move.surge;
      instances = instances.filter(({ id }) => !move.instances.includes(id));
    }
    if (move.kind === 'checkpoint') passed = move.passed;
    if (move.kind === 'wait') instances = instances.map((one) => (one.old ? one : { ...one, ready: true }));
    while (instances.length < desired + surge) instances.push({ id: `i-${++made}`, old: false, ready: false });
    const serving = instances.filter(({ ready }) => ready).length;
    story.push(`  ${instances.length} instances, ${serving} serving`);
  }
  throw new Error('it never ends');
}

function told(move: RefreshMove, percentage: number): string {
  switch (move.kind) {
    case 'launch':
      return `launch: ${move.surge} above the desired capacity`;
    case 'terminate':
      return `terminate ${move.instances.join(', ')}`;
    case 'checkpoint':
      return `checkpoint at ${move.percentage}%, ${move.passed} passed`;
    case 'wait':
      return `wait: ${move.reason}`;
    default:
      return `finish at ${percentage}%`;
  }
}

describe('preferences', () => {
  const by = (given: GivenPreferences, who: 'api' | 'cloudformation' = 'api') => refreshPreferences(given, who);

  test('have different defaults in the API and in CloudFormation (F22)', () => {
    expect(by({})).toMatchObject({
      minHealthyPercentage: 90,
      maxHealthyPercentage: 100,
      skipMatching: false,
      checkpointDelay: 3600,
      bakeTime: 0,
      scaleInProtectedInstances: 'Wait',
    });
    expect(by({}, 'cloudformation')).toMatchObject({
      minHealthyPercentage: 100,
      maxHealthyPercentage: 110,
      skipMatching: true,
    });
    expect(by({ MinHealthyPercentage: '0' }, 'cloudformation')).toMatchObject({ maxHealthyPercentage: 100 });
  });

  test.each<[GivenPreferences, string]>([
    [{ MinHealthyPercentage: 101 }, 'MinHealthyPercentage must be a whole number from 0 to 100, not 101.'],
    [{ MinHealthyPercentage: 0, MaxHealthyPercentage: 150 }, 'must not exceed 100'],
    [{ MaxHealthyPercentage: 150 }, 'MaxHealthyPercentage needs MinHealthyPercentage'],
    [{ CheckpointPercentages: [50, 20] }, 'CheckpointPercentages must be unique and in ascending order.'],
    [{ BakeTime: 172_801 }, 'BakeTime must be a whole number from 0 to 172800'],
    [{ AlarmSpecification: { Alarms: Array<string>(11).fill('a') } }, 'must not have more than 10 alarms'],
    [{ StandbyInstances: 'Refresh' }, 'StandbyInstances must be one of Wait, Terminate, Ignore, not Refresh.'],
  ])('refuse %j as out of range (F22)', (given, words) => {
    expect(() => by(given)).toThrow(words);
  });
});
