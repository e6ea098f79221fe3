import type { Ec2 } from '../../../../local/runtime/ec2/ec2';
import { THIS_MACHINE } from '../../../../local/runtime/ec2/images';
import { type Ec2Rig, ec2Rig } from './controllable-machines';

let rig: Ec2Rig;
beforeEach(() => {
  rig = ec2Rig();
});

const image = { name: 'app 1', layers: ['/layers/a'], architecture: 'x86_64', tags: {} };

test('AWS’s published images are represented by this machine’s root, which is reported once', () => {
  const name = 'ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';
  expect(rig.ec2.images.resolveParent(name)).toMatchObject({ id: THIS_MACHINE, layers: [], architecture: 'x86_64' });
  rig.ec2.images.resolveParent(name);
  const notices = rig.events.filter((event) => event.type === 'notice');
  expect(notices).toMatchObject([
    {
      message: `${name.slice(4)}: this machine's root represents that image (Debian GNU/Linux 12 (bookworm), x86_64).`,
    },
  ]);
});

test('a parent image can also be an id, or a parameter that holds one', () => {
  const id = rig.ec2.images.registerImage(image);
  expect(rig.ec2.images.resolveParent(id)).toMatchObject({ id, layers: ['/layers/a'] });
  expect(rig.ec2.images.resolveParent('ssm:/my/parent').id).toBe(THIS_MACHINE);
  expect(() => rig.ec2.images.resolveParent('ssm:/other')).toThrow('The parameter /other does not exist.');
  expect(() => rig.ec2.images.resolveParent('ami-0123456789abcdef0')).toThrow(
    "The image id '[ami-0123456789abcdef0]' does not exist",
  );
});

test('Image Builder’s managed images are represented by this machine too, except those of Windows', () => {
  const arn = (name: string) => `arn:aws:imagebuilder:eu-west-1:aws:image/${name}/x.x.x`;
  expect(rig.ec2.images.resolveParent(arn('amazon-linux-2023-arm64')).id).toBe(THIS_MACHINE);
  expect(() => rig.ec2.images.resolveParent(arn('windows-server-2022-english-full-base-x86'))).toThrow(
    /^The parent image arn:.* is not supported/,
  );
});

test('two images cannot have one name', () => {
  const id = rig.ec2.images.registerImage(image);
  expect(() => rig.ec2.images.registerImage(image)).toThrow(`AMI name app 1 is already in use by AMI ${id}`);
});

test('created and deregistered images are events (G6)', () => {
  const id = rig.ec2.images.registerImage(image);
  rig.ec2.images.deregister(id);
  expect(rig.published).toMatchObject([
    { detailType: 'EC2 AMI State Change', detail: { ImageId: id, State: 'available' } },
    { detailType: 'EC2 AMI State Change', detail: { ImageId: id, State: 'deregistered' } },
  ]);
  expect(rig.ec2.images.find(id)).toBeUndefined();
});

test('layers below another image stay when one is deregistered', () => {
  const parent = rig.ec2.images.registerImage(image);
  rig.ec2.images.registerImage({ ...image, name: 'app 2', layers: ['/layers/b', '/layers/a'] });
  rig.ec2.images.deregister(parent);
  expect(rig.ec2.images.takeUnusedLayers(new Set())).toEqual([]);
});

test("this machine's own image cannot be changed", () => {
  expect(() => rig.ec2.images.deregister(THIS_MACHINE)).toThrow('Not authorized');
});

describe('other accounts and regions', () => {
  const OTHER = '111111111111';
  const launch = (ec2: Ec2, ImageId: string) => ec2.instances.launch({ data: { ImageId }, subnetId: 'subnet-a' });

  test('an image can be launched by another account once it is shared, and no longer when sharing is revoked (G5)', () => {
    const id = rig.ec2.images.registerImage({ ...image, tags: { Version: '1' } });
    const other = rig.elsewhere({ account: OTHER });
    const unknown = `The image id '[${id}]' does not exist`;
    expect(() => launch(other, id)).toThrow(unknown);
    rig.ec2.images.share(id, { add: [OTHER] });
    expect(launch(other, id).instance).toMatchObject({ imageId: id, layers: ['/layers/a'] });
    expect(other.images.get(id)).toMatchObject({ owner: 'other', account: '000000000000', tags: {}, sharedWith: [] });
    expect(() => other.images.deregister(id)).toThrow(`Not authorized for image:${id}`);
    expect(() => other.images.share(id, { add: ['222222222222'] })).toThrow(`Not authorized for image:${id}`);
    rig.ec2.images.share(id, { remove: [OTHER] });
    expect(() => launch(other, id)).toThrow(unknown);
  });

  test('an image can be launched only in its own region; a copy has its own id', () => {
    const far = rig.elsewhere({ region: 'us-east-2' });
    const id = rig.ec2.images.registerImage(image);
    expect(() => launch(far, id)).toThrow(`The image id '[${id}]' does not exist`);
    const copy = rig.ec2.images.registerImage({ ...image, region: 'us-east-2' });
    expect(copy).not.toBe(id);
    expect(far.images.get(copy)).toMatchObject({ owner: 'self', layers: ['/layers/a'] });
    expect(rig.ec2.images.find(copy)).toBeUndefined();
  });

  test('layers stay while a copy in another region, or an instance of another account, needs them', () => {
    const id = rig.ec2.images.registerImage(image);
    const copy = rig.ec2.images.registerImage({ ...image, region: 'us-east-2' });
    rig.ec2.images.deregister(id);
    expect(rig.ec2.images.takeUnusedLayers(new Set())).toEqual([]);
    const far = rig.elsewhere({ region: 'us-east-2' });
    far.images.deregister(copy);
    expect(rig.ec2.images.takeUnusedLayers(new Set(['/layers/a']))).toEqual([]);
    expect(far.images.takeUnusedLayers(new Set())).toEqual(['/layers/a']);
  });
});
