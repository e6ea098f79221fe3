import { type Ec2Rig, ec2Rig } from './controllable-machines';

let rig: Ec2Rig;
beforeEach(() => {
  rig = ec2Rig();
});
const create = (data = {}) => rig.ec2.launchTemplates.create({ name: 'app', data, by: 'me' });

test('a new version keeps the default one; $Latest, $Default and numbers select versions (G4)', () => {
  const { id } = create({ ImageId: 'ami-1' });
  const templates = rig.ec2.launchTemplates;
  templates.createVersion({ name: 'app' }, { data: { ImageId: 'ami-2' }, by: 'me' });
  expect(templates.get({ id })).toMatchObject({ defaultVersion: 1, latestVersion: 2 });
  expect(templates.version({ id }, '$Latest').data.ImageId).toBe('ami-2');
  expect(templates.version({ id }).number).toBe(1);
  expect(templates.versions({ id }).map(({ number }) => number)).toEqual([2, 1]);
  expect(templates.setDefaultVersion({ id }, '2').defaultVersion).toBe(2);
  expect(() => templates.version({ id }, '3')).toThrow('Could not find launch template version');
});

test('a name is unique, and a deleted template is gone with its versions', () => {
  const { id } = create();
  expect(() => create()).toThrow('Launch template name already in use.');
  rig.ec2.launchTemplates.delete({ id });
  expect(() => rig.ec2.launchTemplates.get({ id })).toThrow(`with template ID ${id}, does not exist.`);
  expect(create().id).not.toBe(id);
});

test('unsupported fields are refused by name, and disabled ones are accepted', () => {
  expect(() => create({ HibernationOptions: { Configured: true } })).toThrow('HibernationOptions');
  expect(() => create({ Novelty: 1 })).toThrow('Novelty: this field is not supported by the local runtime');
  expect(() => create({ ImageId: 'resolve:ssm:/x' })).toThrow('give its id');
  expect(() =>
    create({ HibernationOptions: { Configured: false }, EnclaveOptions: { Enabled: 'false' } }),
  ).not.toThrow();
});
