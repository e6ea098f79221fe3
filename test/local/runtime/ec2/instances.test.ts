import type { MachineEnd } from '../../../../local/kernel/machines';
import { type Ec2Rig, ec2Rig, PROFILE } from './controllable-machines';

const data = {
  ImageId: '',
  InstanceType: 't4g.micro',
  IamInstanceProfile: { Arn: PROFILE.arn },
  MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
  TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'app' }] }],
  UserData: Buffer.from('#!/bin/sh\ntrue\n').toString('base64'),
};

let rig: Ec2Rig;
let imageId: string;
beforeEach(() => {
  rig = ec2Rig();
  imageId = rig.ec2.images.registerImage({
    name: 'app 1',
    layers: ['/layers/app'],
    architecture: 'x86_64',
    tags: { v: '1' },
  });
});

function template(further: object = {}): string {
  return rig.ec2.launchTemplates.create({ name: 'app', data: { ...data, ImageId: imageId, ...further }, by: 'me' }).id;
}

async function run(further: object = {}, tags: Record<string, string> = {}): Promise<string> {
  const request = { launchTemplate: { id: template(further), version: '1' }, subnetId: 'subnet-a', tags };
  const { instance, running } = rig.ec2.instances.launch(request);
  expect(instance.state).toBe('pending');
  await running;
  return instance.id;
}

const stateOf = (id: string) => rig.ec2.instances.find(id)?.state;

test('an instance boots from the layers of its image, with the settings of its launch template', async () => {
  const id = await run({}, { 'aws:autoscaling:groupName': 'fleet' });
  const instance = rig.ec2.instances.get(id);
  expect(instance).toMatchObject({
    imageId,
    state: 'running',
    privateIp: '10.0.0.4',
    availabilityZone: 'eu-west-1a',
    profile: PROFILE,
  });
  expect(instance.tags).toEqual({
    Name: 'app',
    'aws:autoscaling:groupName': 'fleet',
    'aws:ec2launchtemplate:id': instance.launchTemplate?.id,
    'aws:ec2launchtemplate:version': '1',
  });
  const { spec } = rig.machines.get(id)!;
  expect(spec).toMatchObject({
    layers: ['/layers/app'],
    writable: `/state/instances/${id}`,
    hostname: 'ip-10-0-0-4',
    init: 'units',
    environment: { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' },
  });
  expect(spec.metadata).toMatchObject({ instanceId: id, imageId, userData: '#!/bin/sh\ntrue\n', tokenRequired: true });
  expect(spec.metadata?.tags()).toEqual(instance.tags);
});

test('every change of state is an event, on the bus and in EventBridge', async () => {
  const id = await run();
  await rig.ec2.instances.terminate(id);
  const states = ['pending', 'running', 'shutting-down', 'terminated'];
  const changes = rig.events.filter((event) => event.type === 'instance-state-changed');
  expect(changes.map((event) => 'state' in event && event.state)).toEqual(states);
  const published = rig.published.filter(({ detailType }) => detailType === 'EC2 Instance State-change Notification');
  expect(published.map(({ detail }) => detail)).toEqual(states.map((state) => ({ 'instance-id': id, state })));
});

test("an instance's role gives credentials, which are renewed before they end", async () => {
  const { spec } = rig.machines.get(await run())!;
  const first = spec.metadata?.credentials();
  expect(first).toMatchObject({ roleName: 'app-role', instanceProfileArn: PROFILE.arn });
  expect(first?.credentials.accessKeyId).toBe(`app-role ${spec.id} ec2.amazonaws.com`);
  await rig.clock.advance(54 * 60_000);
  expect(spec.metadata?.credentials()?.credentials).toBe(first?.credentials);
  await rig.clock.advance(2 * 60_000);
  expect(spec.metadata?.credentials()?.credentials).not.toBe(first?.credentials);
});

test('a terminated instance shuts down, gives back its address, and leaves no files', async () => {
  const id = await run();
  const ended: string[] = [];
  rig.ec2.instances.onEnded((instanceId, reason) => ended.push(`${instanceId} ${reason}`));
  await Promise.all([rig.ec2.instances.terminate(id), rig.ec2.instances.terminate(id)]);
  expect(rig.machines.get(id)?.commands).toEqual(['shutdown within 120000']);
  expect(rig.removed).toEqual([`/state/instances/${id}`, `addresses of ${id}`]);
  expect(ended).toEqual([`${id} Client.UserInitiatedShutdown: User initiated shutdown`]);
  expect(stateOf(id)).toBe('terminated');
  await rig.clock.advance(3601_000);
  expect(rig.ec2.instances.list()).toEqual([]);
});

test('an instance that is terminated during its boot is removed', async () => {
  let booted = (): void => undefined;
  rig.boot = () =>
    new Promise((resolve) => {
      booted = resolve;
    });
  const { instance } = rig.ec2.instances.launch({ launchTemplate: { id: template() }, subnetId: 'subnet-a' });
  const end = rig.ec2.instances.terminate(instance.id);
  booted();
  await end;
  expect(rig.machines.get(instance.id)?.commands).toEqual(['shutdown within 120000']);
  expect(stateOf(instance.id)).toBe('terminated');
});

test('an instance that cannot boot is terminated, with the reason', async () => {
  rig.boot = () => Promise.reject(new Error('no room'));
  const { instance, running } = rig.ec2.instances.launch({ launchTemplate: { id: template() }, subnetId: 'subnet-a' });
  await expect(running).rejects.toMatchObject({ code: 'InternalError', message: 'no room' });
  expect(rig.ec2.instances.get(instance.id)).toMatchObject({
    state: 'terminated',
    stateReason: { code: 'Server.InternalError', message: 'no room' },
  });
});

test.each<[MachineEnd, string | undefined, string, string]>([
  ['powered-off', undefined, 'stopped', 'Client.InstanceInitiatedShutdown'],
  ['powered-off', 'terminate', 'terminated', 'Client.InstanceInitiatedShutdown'],
  ['crashed', undefined, 'terminated', 'Server.InternalError'],
])('an instance with %s (shutdown behaviour %s) becomes %s', async (why, behavior, state, code) => {
  const id = await run(behavior ? { InstanceInitiatedShutdownBehavior: behavior } : {});
  const told = new Promise((resolve) => rig.ec2.instances.onEnded(resolve));
  rig.machines.get(id)?.end(why);
  expect(await told).toBe(id);
  expect(rig.ec2.instances.get(id)).toMatchObject({ state, stateReason: { code } });
});

test('after a restart, instances that ran are terminated, and this is reported', async () => {
  const id = await run();
  const ec2 = rig.again();
  await ec2.recover();
  expect(ec2.instances.get(id)).toMatchObject({ state: 'terminated', stateReason: { code: 'Server.ScheduledStop' } });
  expect(rig.events.find((event) => event.type === 'interruption-found')).toMatchObject({
    what: `instance ${id}, running`,
    consequence: 'terminated: the machine it ran on stopped',
  });
});

test('a stopped runtime ends its instances without notifying their group', async () => {
  const id = await run();
  rig.ec2.instances.onEnded(() => {
    throw new Error('told');
  });
  await rig.ec2.stop();
  expect(stateOf(id)).toBe('terminated');
});

test('the console goes to the log group, and its end to GetConsoleOutput', async () => {
  const id = await run();
  rig.machines.get(id)?.spec.onConsole?.('hello');
  rig.machines.get(id)?.spec.onConsole?.('world');
  expect(rig.logged).toEqual([`/aws/ec2/console ${id} hello`, `/aws/ec2/console ${id} world`]);
  expect(rig.ec2.instances.consoleOutput(id)).toBe('hello\nworld\n');
});

test('a deregistered image launches nothing; its layers stay while an instance runs from them (G5)', async () => {
  const id = await run();
  rig.ec2.images.deregister(imageId);
  await rig.ec2.instances.removeUnusedLayers();
  expect(rig.removed).toEqual([]);
  const launch = () => rig.ec2.instances.launch({ data: { ImageId: imageId }, subnetId: 'subnet-a' });
  expect(launch).toThrow(`The image id '[${imageId}]' does not exist`);
  await rig.ec2.instances.terminate(id);
  expect(rig.removed).toContain('/layers/app');
});

test.each([
  ['an unknown subnet', { subnetId: 'subnet-b' }, 'InvalidSubnetID.NotFound'],
  ['no image', { data: {} }, 'MissingParameter'],
  [
    'an unknown instance profile',
    { data: { ImageId: 'ami-00000000000000000', IamInstanceProfile: { Name: 'x' } } },
    'InvalidParameterValue',
  ],
  [
    'spot',
    { data: { ImageId: 'ami-00000000000000000', InstanceMarketOptions: { MarketType: 'spot' } } },
    'NotSupportedLocally',
  ],
  ['an unknown launch template', { launchTemplate: { id: 'lt-0' } }, 'InvalidLaunchTemplateId.NotFound'],
])('a launch with %s is refused before it is recorded', (_what, request, code) => {
  const whole = { subnetId: 'subnet-a', data: { ImageId: imageId }, ...request };
  expect(() => rig.ec2.instances.launch(whole)).toThrow(expect.objectContaining({ code }));
  expect(rig.ec2.instances.list()).toEqual([]);
});

test('invalid tags are refused at launch (G1, G2, G3)', () => {
  const launch = (tags: Record<string, string>) => () =>
    rig.ec2.instances.launch({ launchTemplate: { id: template({}) }, subnetId: 'subnet-a', tags });
  expect(launch({ 'Source/CommitMessage': 'x' })).toThrow("'Source/CommitMessage' is not a valid tag key.");
  rig = ec2Rig();
  const plain = (tags: Record<string, string>) => () =>
    rig.ec2.instances.launch({ data: { ImageId: 'ami-00000000000000000' }, subnetId: 'subnet-a', tags });
  expect(plain({ message: 'x'.repeat(257) })).toThrow('Tag value exceeds the maximum length of 256 characters');
  expect(plain(Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])))).toThrow(
    'maximum number of Tags',
  );
});
