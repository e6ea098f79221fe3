import { elsewhereOf, environmentsElsewhere, homeOf, partitionOf } from '../../../infra/settings/places';
import { environment, settings } from '../synthesized';

const home = { account: '111111111111', region: 'eu-west-1' };

test('an environment is elsewhere by its account, its region or both, and its place has both', () => {
  const places = [{}, { account: '222222222222' }, { region: 'us-east-2' }, { ...home }].map((place) =>
    elsewhereOf(settings(home), { ...environment('qa', 1), ...place }),
  );
  expect(places).toEqual([
    undefined,
    { account: '222222222222', region: 'eu-west-1', home },
    { account: '111111111111', region: 'us-east-2', home },
    undefined,
  ]);
});

test('without account and region, the pipeline and its environments are where they are deployed', () => {
  expect([homeOf(settings()), environmentsElsewhere(settings())]).toEqual([undefined, []]);
});

test('a region belongs to a partition, also a region newer than this list', () => {
  expect(['eu-west-1', 'cn-north-1', 'us-gov-west-1', 'xx-new-9'].map(partitionOf)).toEqual([
    'aws',
    'aws-cn',
    'aws-us-gov',
    'aws',
  ]);
});
