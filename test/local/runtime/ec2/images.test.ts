import { THIS_MACHINE } from '../../../../local/runtime/ec2/images';
import { type Ec2Rig, ec2Rig } from './controllable-machines';

let rig: Ec2Rig;
beforeEach(() => {
  rig = ec2Rig();
});

const image = { name: 'app 1', layers: ['/layers/a'], architecture: 'x86_64', tags: {} };

test("AWS's published images are this machine's own root, and that is said once", () => {
  const name = 'ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';
  expect(rig.ec2.images.resolveParent(name)).toMatchObject({ id: THIS_MACHINE, layers: [], architecture: 'x86_64' });
  rig.ec2.images.resolveParent(name);
  const notices = rig.events.filter((event) => event.type === 'notice');
  expect(notices).toMatchObject([
    {
      message: `${name.slice(4)}: this machine's own root stands for that image (Debian GNU/Linux 12 (bookworm), x86_64).`,
    },
  ]);
});

test('a parent image is also an id, or a parameter that holds one', () => {
  const id = rig.ec2.images.registerImage(image);
  expect(rig.ec2.images.resolveParent(id)).toMatchObject({ id, layers: ['/layers/a'] });
  expect(rig.ec2.images.resolveParent('ssm:/my/parent').id).toBe(THIS_MACHINE);
  expect(() => rig.ec2.images.resolveParent('ssm:/other')).toThrow('The parameter /other does not exist.');
  expect(() => rig.ec2.images.resolveParent('ami-0123456789abcdef0')).toThrow(
    "The image id '[ami-0123456789abcdef0]' does not exist",
  );
});

test('two images cannot have one name', () => {
  const id = rig.ec2.images.registerImage(image);
  expect(() => rig.ec2.images.registerImage(image)).toThrow(`AMI name app 1 is already in use by AMI ${id}`);
});

test('G6: images that appear and go are events', () => {
  const id = rig.ec2.images.registerImage(image);
  rig.ec2.images.deregister(id);
  expect(rig.published).toMatchObject([
    { detailType: 'EC2 AMI State Change', detail: { ImageId: id, State: 'available' } },
    { detailType: 'EC2 AMI State Change', detail: { ImageId: id, State: 'deregistered' } },
  ]);
  expect(rig.ec2.images.find(id)).toBeUndefined();
});

test('layers that another image lies on stay when one is deregistered', () => {
  const parent = rig.ec2.images.registerImage(image);
  rig.ec2.images.registerImage({ ...image, name: 'app 2', layers: ['/layers/b', '/layers/a'] });
  rig.ec2.images.deregister(parent);
  expect(rig.ec2.images.takeUnusedLayers(new Set())).toEqual([]);
});

test("this machine's own image cannot be changed", () => {
  expect(() => rig.ec2.images.deregister(THIS_MACHINE)).toThrow('Not authorized');
});
