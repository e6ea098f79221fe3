import { PROVENANCE } from '../../../infra/constructs/provenance';
import { provenance } from '../../../lambdas/increment-image-version/provenance';

const origin = {
  imageVersion: '1.0.7',
  executionId: '11111111-2222-3333-4444-555555555555',
  commitId: 'a'.repeat(40),
  repository: 'greeter',
  branch: 'main',
};

test('it tells every tag of the image, by the name that the templates know', () => {
  const commit = { message: 'Greet\n', author: { name: 'A', email: 'a@b', date: '1763683200 +0100' } };
  expect(provenance({ ...origin, commit })).toEqual({
    ImageVersion: '1.0.7',
    CommitId: 'a'.repeat(40),
    CommitSubject: 'Greet',
    Branch: 'main',
    Repository: 'greeter',
    AuthorDate: '2025-11-21T00:00:00Z',
    ExecutionId: '11111111-2222-3333-4444-555555555555',
  });
  expect(Object.keys(provenance({ ...origin, commit }))).toEqual([...PROVENANCE]);
});

test.each([undefined, '', 'yesterday', '99999999999999999999 +0000', '-5 +0000'])(
  'an author date of %j is unknown',
  (date) => {
    expect(provenance({ ...origin, commit: { author: { date } } })['AuthorDate']).toBe('unknown');
  },
);

test('no value is empty, also when the commit says nothing (A40)', () => {
  expect(Object.values(provenance({ ...origin, commit: {} })).filter((value) => value === '')).toEqual([]);
});
