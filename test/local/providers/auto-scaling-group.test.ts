import { FleetStack, NAME, type Properties, properties } from './fleet-stack';
import { operation } from './operation';

let stack: FleetStack;
let at: FleetStack['at'];

beforeEach(() => {
  stack = new FleetStack();
  at = stack.at;
});

const created = (first?: Properties) => stack.create(first);
const update = (to: Properties, policy?: object) => stack.update(to, policy);
const versions = () => stack.versions();
const group = () => stack.group();

describe('the creation of a group', () => {
  test('a creation resolves when its instances are in service, and reports its name (F1)', async () => {
    const making = operation();
    const made = stack.provider.create(making.ctx, properties('1'));
    expect(making.created).toEqual([NAME]);
    await at.settle();
    expect(await made).toMatchObject({ physicalId: NAME });
    expect(versions()).toEqual(['i-001 v1', 'i-002 v1']);
    const tag = { key: 'aws:cloudformation:stack-name', value: 'demo', propagateAtLaunch: true };
    expect(group().tags).toContainEqual(tag);
  });

  test('requires subnets, and refuses availability zones alone', async () => {
    const { VPCZoneIdentifier: _, ...zones } = { ...properties('1'), AvailabilityZones: ['eu-west-1a'] };
    await expect(stack.provider.create(operation().ctx, zones)).rejects.toThrow(
      'AvailabilityZones without VPCZoneIdentifier is not supported by the local runtime: name the subnets of the servers',
    );
  });

  test('fails with the message of the last activity if launches keep failing', async () => {
    at.servers.refusal = 'The image id does not exist.';
    const making = operation();
    const made = stack.provider.create(making.ctx, properties('1')).catch((error: Error) => error.message);
    await at.clock.advance(60_000);
    expect(await made).toBe(
      'Group did not stabilize. Last scaling activity: The image id does not exist. Launching EC2 instance failed.',
    );
    expect(making.said[0]).toBe('The image id does not exist. Launching EC2 instance failed.');
  });

  test('refuses $Latest, and other unsupported properties, by name (F11)', () => {
    expect(stack.provider.refuse!(properties('$Latest'))).toEqual([
      'LaunchTemplate.Version: $Latest is not a number; use Fn::GetAtt LatestVersionNumber',
    ]);
    expect(
      stack.provider.refuse!({ TerminationPolicies: ['ClosestToNextInstanceHour'], HealthCheckType: 'EBS' }),
    ).toEqual(['HealthCheckType: EBS', 'TerminationPolicies: ClosestToNextInstanceHour']);
  });
});

describe('an update without a roll', () => {
  test('changes the group and keeps its instances if there is no update policy (F3)', async () => {
    await created();
    const running = operation();
    await stack.provider.update!(running.ctx, { physicalId: NAME, properties: properties('1') }, properties('2'));
    expect(versions()).toEqual(['i-001 v1', 'i-002 v1']);
    expect(group().launchTemplate.version).toBe('2');
  });

  test('replaces nothing if only sizes change (F2)', async () => {
    await created();
    const resized = await update(properties('1', { MinSize: '3' }));
    await at.settle();
    expect(resized).toMatchObject({ outcome: 'done', said: [] });
    expect(versions()).toEqual(['i-001 v1', 'i-002 v1', 'i-003 v1']);
  });
});

describe('sizes in an update', () => {
  const policy = { AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true } };
  const push = async (next: Properties) => {
    const running = operation({ updatePolicy: policy });
    const updated = stack.provider.update!(running.ctx, { physicalId: NAME, properties: properties('1') }, next);
    await at.settle();
    await updated;
  };

  test('that the template has not changed are not applied if the policy ignores them (F10)', async () => {
    await created();
    at.scaling.updateGroup(NAME, { minSize: 1, maxSize: 6 });
    await push(properties('1', { MaxSize: '5' }));
    expect(group()).toMatchObject({ minSize: 1, maxSize: 5 });
    await push(properties('1'));
    expect(group()).toMatchObject({ minSize: 1, maxSize: 4 });
  });

  test('are all applied otherwise (F10)', async () => {
    await created();
    at.scaling.updateGroup(NAME, { minSize: 1, maxSize: 6 });
    await update(properties('1'));
    expect(group()).toMatchObject({ minSize: 2, maxSize: 4 });
  });
});

test('a deleted group terminates all its instances', async () => {
  await created();
  const deleted = stack.provider.delete(operation().ctx, { physicalId: NAME, properties: properties('1') });
  await at.settle();
  await deleted;
  expect(at.servers.running).toEqual([]);
  await stack.provider.delete(operation().ctx, { physicalId: NAME, properties: properties('1') });
});
