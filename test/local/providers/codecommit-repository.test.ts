import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeCommitRepository } from '../../../local/providers/codecommit-repository';
import { CodeCommit } from '../../../local/runtime/codecommit/codecommit';
import { room } from '../../rig/room';
import { providerContext } from './provider-context';

let directory: string;
let codeCommit: CodeCommit;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'codecommit-'));
  codeCommit = new CodeCommit({
    ...room(),
    directory,
    events: { publish: () => {} },
    access: { url: 'http://127.0.0.1:1' },
  });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a repository is created, renamed and deleted', async () => {
  const provider = codeCommitRepository(codeCommit);
  const ctx = providerContext();
  const properties = { RepositoryName: 'app', RepositoryDescription: 'one' };
  const made = await provider.create(ctx, properties);
  expect(made).toEqual({
    physicalId: codeCommit.getRepository('app').repositoryId,
    attributes: {
      Arn: 'arn:aws:codecommit:eu-west-1:000000000000:app',
      CloneUrlHttp: 'http://127.0.0.1:1/v1/repos/app',
      Name: 'app',
      RepositoryId: made.physicalId,
    },
  });
  const next = { RepositoryName: 'renamed' };
  const updated = await provider.update?.(ctx, { ...made, properties }, next);
  expect([updated?.physicalId, updated?.attributes?.['Name']]).toEqual([made.physicalId, 'renamed']);
  await provider.delete(ctx, { ...made, properties: next });
  await provider.delete(ctx, { ...made, properties: next });
  expect(codeCommit.listRepositories()).toEqual([]);
});
