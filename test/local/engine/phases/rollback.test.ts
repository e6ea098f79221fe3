import { desk, items, request } from '../desk';

test('a rollback restores the properties as they were resolved before the update', async () => {
  let failures = 1;
  const { engine, providers } = desk({
    answer: ({ verb, logicalId }) =>
      verb === 'update' && logicalId === 'Group' && failures-- > 0 ? { fails: 'no signal' } : 'succeeds',
  });
  // As a launch template, `Template` has another version after each change.
  const fleet = (data: string) =>
    items({
      Template: { Properties: { Value: data } },
      Group: { Properties: { Value: { 'Fn::GetAtt': ['Template', 'Version'] } } },
    });
  await engine.create(request(fleet('good')));
  const { status } = await engine.update(request(fleet('bad')));

  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const versions = providers.calls.filter(({ logicalId }) => logicalId === 'Group').map(({ properties }) => properties);
  expect(versions).toEqual([{ Value: '"good"@create' }, { Value: '"bad"@update' }, { Value: '"good"@create' }]);
});
