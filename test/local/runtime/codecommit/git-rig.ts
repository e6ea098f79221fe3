import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeCommit } from '../../../../local/runtime/codecommit/codecommit';
import { room } from '../../../rig/room';

/** An event, as it was given to EventBridge. */
interface Published {
  source: string;
  detailType: string;
  resources: string[];
  detail: Record<string, string>;
}

const environment = {
  PATH: process.env['PATH'],
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ann Other',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_AUTHOR_DATE: '1484167798 -0800',
  GIT_COMMITTER_NAME: 'Ann Other',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
  GIT_COMMITTER_DATE: '1484167798 -0800',
};

export type GitRig = Awaited<ReturnType<typeof gitRig>>;

/** CodeCommit with the repository `app` behind a server, and a work tree to push from. */
export async function gitRig() {
  const directory = mkdtempSync(join(tmpdir(), 'codecommit-'));
  const parts = room();
  const published: Published[] = [];
  const server = createServer((request, response) => void codeCommit.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const make = () =>
    new CodeCommit({
      ...parts,
      directory: join(directory, 'repositories'),
      events: { publish: (event) => published.push(event as Published) },
      access: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    });
  const codeCommit = make();
  await codeCommit.createRepository('app');
  const first = join(directory, 'work');
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', first], { env: environment });
  const rig = {
    ...parts,
    directory,
    codeCommit,
    published,
    /** Another one over the same state, as after a restart. */
    again: make,
    /** Directory in which `git` runs. */
    work: first,
    git: (...command: string[]) => git(rig.work, command),
    /** Writes files, commits them with exactly this message, and gives the commit's id. */
    async commit(message: string, files: Record<string, string> = {}): Promise<string> {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(join(rig.work, name, '..'), { recursive: true });
        writeFileSync(join(rig.work, name), content);
      }
      const file = join(directory, 'message');
      writeFileSync(file, message);
      await rig.git('add', '--all');
      await rig.git('commit', '--quiet', '--allow-empty', '--allow-empty-message', '--cleanup=verbatim', '-F', file);
      return rig.git('rev-parse', 'HEAD');
    },
    push: (...references: string[]) => rig.git('push', '--quiet', codeCommit.cloneUrl('app'), ...references),
    async end(): Promise<void> {
      await codeCommit.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      parts.store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return rig;
}

/** The server is this very process, so git must not be waited for synchronously. */
function git(work: string, command: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', work, ...command], { env: environment });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.once('close', (code) => (code === 0 ? resolve(output.trim()) : reject(new Error(output))));
  });
}
