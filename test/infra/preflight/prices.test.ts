import { instanceHour } from '../../../infra/preflight/prices';

test.each([
  ['t4g.micro', 0.0084],
  ['t3.medium', 0.0416],
  ['m7g.large', 0.0816],
  ['c7g.4xlarge', 0.58],
  ['m6i.xlarge', 0.192],
])('an hour of %s costs $%d', (type, dollars) => {
  expect(instanceHour(type)).toBeCloseTo(dollars, 4);
});

test.each(['x2gd.large', 'm7g.metal', 'micro'])('the price of %s is unknown', (type) => {
  expect(instanceHour(type)).toBeUndefined();
});
