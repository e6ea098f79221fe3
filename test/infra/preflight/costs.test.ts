import { environment } from '../synthesized';
import { FULL, found, wrong } from './account';

test('each environment and each push has a cost estimate at the prices of us-east-1', async () => {
  const lines = (await found({}, { changed: FULL })).filter((line) => line.includes(': costs: '));
  expect(lines).toEqual([
    'ok: costs: dev: about $50.41 a month for 2 servers, $10.42 for each more',
    'ok: costs: prod: about $43.41 a month for 2 servers, $6.77 for each more',
    'ok: costs: about $0.14 for each push, and $0.13 a month for each stored image',
  ]);
});

test('an instance type with an unknown price has no estimate', async () => {
  const dev = environment('dev', 0);
  const changed = { environments: [{ ...dev, fleet: { ...dev.fleet, instanceType: 'x2gd.large' } }] };
  expect(wrong(await found({}, { changed }))).toEqual([
    'unknown: costs: dev: the price of x2gd.large is unknown → https://aws.amazon.com/ec2/pricing/on-demand/',
  ]);
});
