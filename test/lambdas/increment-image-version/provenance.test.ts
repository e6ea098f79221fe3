import { PROVENANCE } from '../../../infra/constructs/artifacts/provenance';
import { provenance } from '../../../lambdas/increment-image-version/provenance';

const origin = {
  imageVersion: '1.0.7',
  executionId: '11111111-2222-3333-4444-555555555555',
  commitId: 'a'.repeat(40),
  repository: 'greeter',
  branch: 'main',
};

test('the variables have every tag of the image, under the names that the templates use', () => {
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
  'the author date %j is unknown',
  (date) => {
    expect(provenance({ ...origin, commit: { author: { date } } })['AuthorDate']).toBe('unknown');
  },
);

test('no variable is empty, even if the commit has no text (A40)', () => {
  expect(Object.values(provenance({ ...origin, commit: {} })).filter((value) => value === '')).toEqual([]);
});
