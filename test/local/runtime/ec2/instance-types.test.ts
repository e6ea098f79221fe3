import { instanceType } from '../../../../local/runtime/ec2/instance-types';

test.each([
  ['t4g.micro', 2, 'arm64'],
  ['t3.medium', 2, 'x86_64'],
  ['m7g.medium', 1, 'arm64'],
  ['c7gn.large', 2, 'arm64'],
  ['m7i-flex.xlarge', 4, 'x86_64'],
  ['r6a.12xlarge', 48, 'x86_64'],
  ['a1.large', 2, 'arm64'],
] as const)('%s has %i vCPUs of %s', (name, vcpus, architecture) => {
  expect(instanceType(name)).toEqual({ name, vcpus, architecture });
});

test.each(['m5.metal', 'micro', 't4g', 't4g.huge'])('%s is unknown', (name) => {
  expect(instanceType(name)).toBeUndefined();
});
