import { capacityFor, capacityText } from '../../../lambdas/prepare-deployment/capacity';

const settings = { min: 2, max: 4, batch: 1 };
const rolled = (desired: number | undefined, changed = {}, max = 4) =>
  capacityFor({ ...settings, ...changed }, desired === undefined ? undefined : { desired, max });

test('a fleet that does not exist yet starts with its minimum', () => {
  expect(rolled(undefined)).toEqual({ MinSize: '2', MaxSize: '4', MinInstancesInService: '2', MaxBatchSize: '1' });
});

test.each([
  [2, '2', '4'],
  [3, '3', '4'],
  [4, '4', '5'],
])('of %i desired servers, %s stay in service, and at most %s may exist (F13)', (desired, inService, maxSize) => {
  expect(rolled(desired)).toMatchObject({ MinInstancesInService: inService, MaxSize: maxSize });
});

test('a raised minimum counts at once (F35)', () => {
  expect(rolled(2, { min: 5, max: 8 })).toMatchObject({ MinSize: '5', MinInstancesInService: '5', MaxSize: '8' });
});

test('a fleet that somebody raised above the settings keeps its servers and its maximum, with room for a batch (F13, F35)', () => {
  expect(rolled(7, {}, 7)).toMatchObject({ MinInstancesInService: '7', MaxSize: '8' });
  expect(rolled(7, {}, 12)).toMatchObject({ MinInstancesInService: '7', MaxSize: '12' });
  expect(capacityText(settings, { desired: 7, max: 7 })).toBe(
    ', 7 servers are wanted: more than the 4 of "max" in the settings, and they stay until a person lowers the capacity',
  );
});

test('the maximum returns to the settings after a person has lowered the desired capacity to them', () => {
  expect(rolled(3, {}, 12)).toMatchObject({ MinInstancesInService: '3', MaxSize: '4' });
});

test('a roll never keeps fewer servers in service than desired, and never lowers the maximum below them (F13, F35)', () => {
  for (let desired = 0; desired < 60; desired++) {
    for (let max = desired; max < desired + 5; max++) {
      const sizes = rolled(desired, {}, max);
      expect(Number(sizes['MinInstancesInService'])).toBeGreaterThanOrEqual(desired);
      expect(Number(sizes['MaxSize'])).toBeGreaterThanOrEqual(desired + settings.batch);
    }
  }
});

test('the servers that stay in service are always a batch fewer than the maximum (F6)', () => {
  for (let min = 1; min < 6; min++) {
    for (let batch = 1; batch < 4; batch++) {
      for (let desired = 0; desired < 20; desired++) {
        const sizes = capacityFor({ min, max: min + batch, batch }, { desired, max: desired });
        expect(Number(sizes['MaxSize'])).toBeGreaterThanOrEqual(Number(sizes['MinInstancesInService']) + batch);
      }
    }
  }
});
