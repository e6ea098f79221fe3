import { serving } from '../../../lambdas/describe-fleet/serving';

const COMMIT = '12ab34cd56'.padEnd(40, '0');
const NEW = { imageVersion: '1.0.8', imageId: 'ami-0123456789abcdef1', commitId: 'c0ffee'.padEnd(40, '0') };
const OLD = { imageVersion: '1.0.7', imageId: 'ami-0123456789abcdef0', commitId: COMMIT };

test('servers with one image have that image', () => {
  expect(serving({ servers: [OLD, { ...OLD }], next: NEW })).toEqual({
    Serving: '1.0.7 ami-0123456789abcdef0 commit 12ab34cd56',
    ImageVersion: '1.0.7',
    ImageId: 'ami-0123456789abcdef0',
    CommitId: COMMIT,
  });
});

test('in the middle of a roll, the image of most servers comes first, and then the other', () => {
  expect(serving({ servers: [NEW, OLD, OLD], next: NEW })).toMatchObject({
    Serving:
      '1.0.7 ami-0123456789abcdef0 commit 12ab34cd56 on 2 of 3 and 1.0.8 ami-0123456789abcdef1 commit c0ffee0000 on 1 of 3',
    ImageVersion: '1.0.7',
  });
});

test('without a server, the image of the next launch counts', () => {
  expect(serving({ servers: [], next: OLD })).toMatchObject({
    Serving: 'nothing now - a new server would run 1.0.7 ami-0123456789abcdef0 commit 12ab34cd56',
    ImageId: 'ami-0123456789abcdef0',
  });
});

test('without a fleet there is no image, and no variable is empty', () => {
  expect(serving({ servers: [], next: undefined })).toEqual({
    Serving: 'nothing',
    ImageVersion: '-',
    ImageId: '-',
    CommitId: '-',
  });
});

test('no text needs escaping, and none is long (A27)', () => {
  const odd = { imageVersion: '"1"\n#{x}', imageId: `ami-"${'x'.repeat(500)}`, commitId: '\\' };
  const variables = serving({ servers: [odd, NEW, OLD], next: odd });
  for (const text of Object.values(variables)) {
    expect(JSON.stringify(text)).toBe(`"${text}"`);
    expect(text).not.toMatch(/[#{}]/);
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(200);
  }
});

test('a fleet that was raised above the settings keeps its size', () => {
  const fleet = { servers: [OLD], next: NEW, wanted: 7 };
  expect(serving(fleet, 4)['Serving']).toBe(
    '1.0.7 ami-0123456789abcdef0 commit 12ab34cd56 - keeps 7 servers above the max of 4',
  );
  expect(serving(fleet, 7)['Serving']).not.toContain('keeps');
});
