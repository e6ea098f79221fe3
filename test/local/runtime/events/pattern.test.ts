import { type Json, matches, validatePattern } from '../../../../local/runtime/events/pattern';

const push = {
  source: 'aws.codecommit',
  'detail-type': 'CodeCommit Repository State Change',
  resources: ['arn:aws:codecommit:eu-west-1:000000000000:app'],
  detail: { event: 'referenceUpdated', referenceType: 'branch', referenceName: 'main', size: 3 },
};

describe('event patterns', () => {
  test.each<[string, Json, boolean]>([
    ['a field of the pattern must be in the event', { source: ['aws.codecommit'] }, true],
    ['one of several values suffices', { detail: { event: ['referenceCreated', 'referenceUpdated'] } }, true],
    ['a value that is not listed does not match', { detail: { referenceName: ['release'] } }, false],
    ['every named field must match', { source: ['aws.codecommit'], detail: { referenceName: ['release'] } }, false],
    [
      'an array in the event matches by any member',
      { resources: ['arn:aws:codecommit:eu-west-1:000000000000:app'] },
      true,
    ],
    ['a field that the event lacks does not match', { detail: { missing: ['x'] } }, false],
    ['prefix', { detail: { referenceName: [{ prefix: 'ma' }] } }, true],
    ['suffix', { detail: { referenceName: [{ suffix: 'x' }] } }, false],
    ['anything-but', { detail: { referenceName: [{ 'anything-but': ['main'] }] } }, false],
    ['anything-but a prefix', { detail: { referenceName: [{ 'anything-but': { prefix: 'release/' } }] } }, true],
    ['exists', { detail: { missing: [{ exists: false }] } }, true],
    ['numeric', { detail: { size: [{ numeric: ['>', 0, '<=', 3] }] } }, true],
    ['wildcard', { detail: { event: [{ wildcard: 'reference*' }] } }, true],
    ['equals-ignore-case', { detail: { referenceName: [{ 'equals-ignore-case': 'MAIN' }] } }, true],
    ['$or', { $or: [{ source: ['aws.s3'] }, { detail: { size: [3] } }] }, true],
  ])('%s', (_title, pattern, expected) => {
    expect(matches(pattern, push)).toBe(expected);
  });

  test.each<[Json, string]>([
    [{}, 'Empty patterns are not allowed'],
    [{ source: 'aws.codecommit' }, '"source" must be an object or an array'],
    [{ source: [] }, 'Empty arrays are not allowed at source'],
    [{ source: [{ nearly: 'x' }] }, 'Unrecognized match type nearly at source'],
  ])('%j is refused when the rule is created', (pattern, reason) => {
    expect(() => validatePattern(pattern)).toThrow(`Event pattern is not valid. Reason: ${reason}`);
  });
});
