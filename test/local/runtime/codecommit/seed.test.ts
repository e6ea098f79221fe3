import { join } from 'node:path';
import { type GitRig, gitRig } from './git-rig';

let rig: GitRig;
beforeEach(async () => {
  rig = await gitRig();
});
afterEach(() => rig.end());

describe('seeding a branch from a clone', () => {
  const seed = () => rig.codeCommit.seed('app', rig.work, 'main');

  test('creates it, fast-forwards it, and reports that it is up to date', async () => {
    const first = await rig.commit('first');
    expect(await seed()).toEqual({ state: 'created', commitId: first });
    expect(await seed()).toEqual({ state: 'up-to-date', commitId: first });
    const second = await rig.commit('second');
    expect(await seed()).toEqual({ state: 'updated', commitId: second });
    expect(rig.published.map(({ detail }) => detail['event'])).toEqual(['referenceCreated', 'referenceUpdated']);
  });

  test('does not change a branch that is ahead or has diverged', async () => {
    const first = await rig.commit('first');
    const second = await rig.commit('second');
    await rig.push('main');
    await rig.git('reset', '--quiet', '--hard', first);
    expect(await seed()).toEqual({ state: 'ahead', commitId: second });
    await rig.commit('another second');
    expect(await seed()).toEqual({ state: 'diverged', commitId: second });
    expect((await rig.codeCommit.head('app', 'main'))?.commitId).toBe(second);
  });

  test('works from a folder inside a shallow clone', async () => {
    await rig.commit('first', { 'deep/file': 'x' });
    const tip = await rig.commit('second');
    await rig.git('clone', '--quiet', '--depth', '1', `file://${rig.work}`, join(rig.directory, 'shallow'));
    const seeded = await rig.codeCommit.seed('app', join(rig.directory, 'shallow/deep'), 'main');
    expect(seeded).toEqual({ state: 'created', commitId: tip });
  });

  test('reports a folder without a repository, or without a commit, as a mistake', async () => {
    await expect(rig.codeCommit.seed('app', rig.directory, 'main')).rejects.toThrow('is not in a git repository');
    await expect(seed()).rejects.toThrow('has no commit yet');
  });
});
