import { architectureOf } from '../../../infra/settings/instance-type';

test.each(['t4g.micro', 'c7gn.16xlarge', 'a1.medium', 'm7gd.metal', 'im4gn.large', 'x2gd.xlarge', 'r8g.metal-24xl'])(
  '%s is a Graviton type',
  (type) => expect(architectureOf(type)).toBe('arm64'),
);

test.each(['t3.micro', 'm7i-flex.large', 'c5n.18xlarge', 'g4dn.xlarge', 'p5.48xlarge', 'm5.metal', 'u-6tb1.56xlarge'])(
  '%s is an x86 type or an unknown one',
  (type) => expect(architectureOf(type)).not.toBe('arm64'),
);

test.each(['micro', 't4g', 't4g.', 't4g.tiny', 'T4G.micro', '', 't4g.micro '])('%j is no instance type', (type) =>
  expect(architectureOf(type)).toBeUndefined(),
);
