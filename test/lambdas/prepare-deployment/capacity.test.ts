import { capacityFor } from '../../../lambdas/prepare-deployment/capacity';

const settings = { min: 2, max: 4, batch: 1 };
const rolled = (desired: number | undefined, changed = {}) => capacityFor({ ...settings, ...changed }, desired);

test('a fleet that is not there yet begins with its minimum', () => {
  expect(rolled(undefined)).toEqual({ MinSize: '2', MaxSize: '4', MinInstancesInService: '2', MaxBatchSize: '1' });
});

test.each([
  [2, '2', '4'],
  [3, '3', '4'],
  [4, '4', '5'],
])('F13: of %i servers wanted now, %s stay in service, and there may be %s', (desired, inService, maxSize) => {
  expect(rolled(desired)).toMatchObject({ MinInstancesInService: inService, MaxSize: maxSize });
});

test('F35: a minimum that was raised holds at once', () => {
  expect(rolled(2, { min: 5, max: 8 })).toMatchObject({ MinSize: '5', MinInstancesInService: '5', MaxSize: '8' });
});

test('F15: a fleet that a failed roll left larger than its maximum grows no further', () => {
  expect(rolled(5)).toMatchObject({ MinInstancesInService: '4', MaxSize: '5' });
  expect(rolled(50)).toMatchObject({ MinInstancesInService: '4', MaxSize: '5' });
});

test('F6: what stays in service is always less than the most by a batch', () => {
  for (let min = 1; min < 6; min++) {
    for (let batch = 1; batch < 4; batch++) {
      for (let desired = 0; desired < 20; desired++) {
        const sizes = capacityFor({ min, max: min + batch, batch }, desired);
        expect(Number(sizes['MaxSize'])).toBeGreaterThanOrEqual(Number(sizes['MinInstancesInService']) + batch);
      }
    }
  }
});
