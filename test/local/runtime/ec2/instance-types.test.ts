import { instanceType } from '../../../../local/runtime/ec2/instance-types';

test.each([
  ['t4g.nano', 2, 0.5, 'arm64'],
  ['t4g.micro', 2, 1, 'arm64'],
  ['t3.medium', 2, 4, 'x86_64'],
  ['t3.2xlarge', 8, 32, 'x86_64'],
  ['m7g.medium', 1, 4, 'arm64'],
  ['c7gn.large', 2, 4, 'arm64'],
  ['m7i-flex.xlarge', 4, 16, 'x86_64'],
  ['r6a.12xlarge', 48, 384, 'x86_64'],
  ['a1.large', 2, 8, 'arm64'],
] as const)('%s has %i vCPUs and %d GiB, of %s', (name, vcpus, gibibytes, architecture) => {
  expect(instanceType(name)).toEqual({ name, vcpus, memory: gibibytes * 1024, architecture });
});

test.each(['m5.metal', 'micro', 't4g', 't4g.huge'])('%s is unknown', (name) => {
  expect(instanceType(name)).toBeUndefined();
});
