import { chmodSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readZip } from '../../../../local/kernel/zip';
import { type GitRig, gitRig } from './git-rig';

let rig: GitRig;
beforeEach(async () => {
  rig = await gitRig();
});
afterEach(() => rig.end());

describe('a push', () => {
  test('to a new branch publishes referenceCreated, with the repository as resource (A32)', async () => {
    const commitId = await rig.commit('first');
    await rig.push('main');
    expect(rig.published).toEqual([
      {
        source: 'aws.codecommit',
        detailType: 'CodeCommit Repository State Change',
        resources: ['arn:aws:codecommit:eu-west-1:000000000000:app'],
        detail: {
          event: 'referenceCreated',
          repositoryName: 'app',
          repositoryId: rig.codeCommit.getRepository('app').repositoryId,
          referenceType: 'branch',
          referenceName: 'main',
          referenceFullName: 'refs/heads/main',
          commitId,
        },
      },
    ]);
    expect(rig.events).toContainEqual(
      expect.objectContaining({ type: 'branch-updated', repository: 'app', branch: 'main', commitId }),
    );
  });

  test('updates, forced updates, tags and deletions each publish their own event (A32)', async () => {
    const first = await rig.commit('first');
    await rig.push('main', 'main:refs/heads/topic/one');
    const second = await rig.commit('second');
    await rig.git('tag', '-a', 'v1', '-m', 'one');
    await rig.push('main', 'v1', ':topic/one');
    await rig.push('--force', `${first}:refs/heads/main`);
    const told = rig.published.map(({ detail }) => [detail['event'], detail['referenceFullName'], detail['commitId']]);
    expect(told).toEqual([
      ['referenceCreated', 'refs/heads/main', first],
      ['referenceCreated', 'refs/heads/topic/one', first],
      ['referenceUpdated', 'refs/heads/main', second],
      ['referenceDeleted', 'refs/heads/topic/one', undefined],
      ['referenceCreated', 'refs/tags/v1', second],
      ['referenceUpdated', 'refs/heads/main', first],
    ]);
    expect(rig.published.at(-1)?.detail['oldCommitId']).toBe(second);
  });

  test('of a tree that holds a name twice, as a directory and as a link, is refused', async () => {
    await rig.commit('first', { 'x/made': 'mine' });
    const [directory, link] = [await rig.git('rev-parse', 'HEAD:x'), await rig.git('rev-parse', 'HEAD:x/made')];
    const entry = (mode: string, name: string, id: string) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
    const file = join(rig.work, '.git', 'raw-tree');
    writeFileSync(file, Buffer.concat([entry('120000', 'x', link), entry('40000', 'x', directory)]));
    const tree = await rig.git('hash-object', '-t', 'tree', '--literally', '-w', file);
    const commit = await rig.git('commit-tree', tree, '-m', 'twice');
    await expect(rig.push(`${commit}:refs/heads/main`)).rejects.toThrow(
      /duplicateEntries|contains duplicate file entries/,
    );
    expect(rig.published).toEqual([]);
  });

  test('that is refused publishes no event', async () => {
    await rig.commit('first');
    await rig.push('main');
    await rig.git('commit', '--quiet', '--amend', '--allow-empty', '-m', 'rewritten');
    await expect(rig.push('main')).rejects.toThrow('rejected');
    expect(rig.published).toHaveLength(1);
  });

  test('of many megabytes is accepted', async () => {
    const noise = Array.from({ length: 10 }, (_, index) => [`f${index}`, rig.ids.secret(500_000)]);
    const commitId = await rig.commit('big', Object.fromEntries(noise));
    await rig.push('main');
    expect((await rig.codeCommit.head('app', 'main'))?.commitId).toBe(commitId);
  });

  test('from a shallow clone is accepted', async () => {
    await rig.commit('first');
    await rig.commit('second');
    const shallow = join(rig.directory, 'shallow');
    await rig.git('clone', '--quiet', '--depth', '1', `file://${rig.work}`, shallow);
    rig.work = shallow;
    const commitId = await rig.git('rev-parse', 'HEAD');
    await rig.push('main');
    expect((await rig.codeCommit.head('app', 'main'))?.commitId).toBe(commitId);
  });

  test('makes the first branch the default, which a clone checks out', async () => {
    await rig.commit('first');
    await rig.push('main:refs/heads/trunk');
    expect(rig.codeCommit.getRepository('app').defaultBranch).toBe('trunk');
    await rig.git('clone', '--quiet', rig.codeCommit.cloneUrl('app'), join(rig.directory, 'clone'));
    expect(readFileSync(join(rig.directory, 'clone/.git/HEAD'), 'utf8')).toBe('ref: refs/heads/trunk\n');
  });

  test('can be fetched by a client that compresses its requests', async () => {
    const commitId = await rig.commit('first');
    await rig.push('main');
    const { username, password } = new URL(rig.codeCommit.cloneUrl('app'));
    const response = await fetch(`${rig.codeCommit.cloneUrlHttp('app')}/git-upload-pack`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${username}:${password}`)}`,
        'content-type': 'application/x-git-upload-pack-request',
        'content-encoding': 'gzip',
      },
      body: gzipSync(`0032want ${commitId}\n00000009done\n`),
    });
    expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toMatch(/^0008NAK\n.*PACK/s);
  });

  test('is complete again after git was killed in the middle of it, and its locks were left', async () => {
    await rig.commit('first');
    await rig.push('main');
    const { repositoryId } = rig.codeCommit.getRepository('app');
    const locks = ['config.lock', 'HEAD.lock', 'packed-refs.lock', 'refs/heads/main.lock'];
    for (const name of locks) writeFileSync(join(rig.directory, 'repositories', repositoryId, name), '');
    await rig.commit('second');
    await expect(rig.push('main')).rejects.toThrow('main.lock');
    await rig.again().recover();
    await rig.push('main');
    expect(rig.published.map(({ detail }) => detail['event'])).toEqual(['referenceCreated', 'referenceUpdated']);
  });

  test('whose event a crash lost is announced by the next start, once', async () => {
    const commitId = await rig.commit('first');
    const folder = join(rig.directory, 'repositories', rig.codeCommit.getRepository('app').repositoryId);
    await rig.git('push', '--quiet', folder, 'main');
    expect(rig.published).toHaveLength(0);
    const after = rig.again();
    await after.recover();
    await after.recover();
    expect(rig.published.map(({ detail }) => detail['commitId'])).toEqual([commitId]);
  });
});

describe('a commit', () => {
  const messages = {
    quotes: 'say "hi" to \'them\' `now` $HOME #{SourceVariables.CommitId}","ImageId":"ami-0',
    newlines: '\n\nsubject\n\nbody\r\nwith\ttabs\n\n\n',
    emoji: 'ship 🚢 größer ☃\n',
    'a 100 kB body': `subject\n\n${'x'.repeat(100_000)}\n`,
    nothing: '',
  };

  test.each(Object.entries(messages))('is read exactly if its message has %s', async (_, message) => {
    const commitId = await rig.commit(message);
    await rig.push('main');
    expect(await rig.codeCommit.commit('app', commitId)).toEqual({
      commitId,
      tree: await rig.git('rev-parse', 'HEAD^{tree}'),
      parents: [],
      message,
      author: {
        name: 'Ann Other',
        email: 'ann@example.com',
        date: '2017-01-11T20:49:58Z',
        gitDate: '1484167798 -0800',
      },
      committer: expect.objectContaining({ name: 'Ann Other' }),
    });
  });

  test('is refused if it is missing or its id is shortened', async () => {
    await expect(rig.codeCommit.commit('app', 'a'.repeat(40))).rejects.toMatchObject({
      code: 'CommitIdDoesNotExistException',
    });
    await expect(rig.codeCommit.commit('app', 'abc123')).rejects.toMatchObject({ code: 'InvalidCommitIdException' });
    await expect(rig.codeCommit.commit('app', '--help')).rejects.toMatchObject({ code: 'InvalidCommitIdException' });
  });
});

describe('an archive', () => {
  test('has the committed files without .git, with executable bits and links (A30)', async () => {
    await rig.commit('first', {
      'bin/run.sh': '#!/bin/sh\n',
      '.gitattributes': 'secret export-ignore\n',
      secret: 'kept',
    });
    symlinkSync('bin/run.sh', join(rig.work, 'current'));
    chmodSync(join(rig.work, 'bin/run.sh'), 0o755);
    const commitId = await rig.commit('second');
    await rig.push('main');
    const archive = await rig.codeCommit.archive('app', commitId);
    expect(
      readZip(archive).map(({ path, kind, mode }) => `${path} ${kind} ${(mode & 0o111) !== 0 ? 'x' : '-'}`),
    ).toEqual(['.gitattributes file -', 'bin directory x', 'bin/run.sh file x', 'current link x', 'secret file -']);
    expect((await rig.codeCommit.archive('app', commitId)).equals(archive)).toBe(true);
  });
});

describe('credentials', () => {
  const reference = () => `${rig.codeCommit.cloneUrlHttp('app')}/info/refs?service=git-upload-pack`;

  test('are required, and wrong ones are refused', async () => {
    const none = await fetch(reference());
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="CodeCommit"']);
    const wrong = await fetch(reference(), { headers: { authorization: `Basic ${btoa('git:wrong')}` } });
    expect(wrong.status).toBe(401);
  });

  test('survive a restart', () => {
    expect(rig.again().cloneUrl('app')).toBe(rig.codeCommit.cloneUrl('app'));
  });

  test('open only the three services of git’s smart protocol', async () => {
    const { username, password } = new URL(rig.codeCommit.cloneUrl('app'));
    const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}` };
    const status = async (path: string) =>
      (await fetch(`${rig.codeCommit.cloneUrlHttp('app')}${path}`, { headers })).status;
    expect(await status('/info/refs?service=git-upload-pack')).toBe(200);
    expect(await status('/HEAD')).toBe(404);
    expect(await status('/objects/info/packs')).toBe(404);
    expect((await fetch(`${rig.codeCommit.cloneUrlHttp('none')}/info/refs`, { headers })).status).toBe(404);
  });
});

describe('a repository', () => {
  test('is refused with CodeCommit’s message if it exists already, or does not exist', async () => {
    await expect(rig.codeCommit.createRepository('app')).rejects.toThrow('Repository named app already exists');
    await expect(rig.codeCommit.head('none', 'main')).rejects.toMatchObject({
      code: 'RepositoryDoesNotExistException',
      message: 'none does not exist',
    });
    await expect(rig.codeCommit.createRepository('../x')).rejects.toMatchObject({
      code: 'InvalidRepositoryNameException',
    });
  });

  test('keeps its commits under a new name, and loses them when it is deleted', async () => {
    const commitId = await rig.commit('first');
    await rig.push('main');
    rig.codeCommit.updateRepository('app', { repositoryName: 'renamed' });
    expect((await rig.codeCommit.head('renamed', 'main'))?.commitId).toBe(commitId);
    rig.codeCommit.deleteRepository('renamed');
    await rig.codeCommit.createRepository('renamed');
    expect(await rig.codeCommit.head('renamed', 'main')).toBeUndefined();
    expect(readdirSync(join(rig.directory, 'repositories'))).toHaveLength(2);
  });
});
