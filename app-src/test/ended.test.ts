import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endOfService, fleetOfMachine } from '../src/ended';

const environment = {
  FLEET_APPLICATION: 'greeter',
  FLEET_STACK: 'greeter-dev-fleet',
  FLEET_REGION: 'eu-west-1',
  IMAGE_VERSION: '1.0.7',
};

describe('an end of the service', () => {
  test('is counted for the fleet and the image version of this instance', () => {
    const fleet = fleetOfMachine(environment);
    assert.ok(fleet);
    assert.equal(fleet.region, 'eu-west-1');
    assert.deepEqual(endOfService(fleet), {
      Namespace: 'greeter',
      MetricData: [
        {
          MetricName: 'ServiceEnded',
          Dimensions: [
            { Name: 'Stack', Value: 'greeter-dev-fleet' },
            { Name: 'ImageVersion', Value: '1.0.7' },
          ],
          Value: 1,
          Unit: 'Count',
        },
      ],
    });
  });

  test('is not counted on an instance without a fleet', () => {
    for (const missing of Object.keys(environment)) {
      assert.equal(fleetOfMachine({ ...environment, [missing]: undefined }), undefined);
    }
  });
});
