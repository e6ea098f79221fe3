import { timingSafeEqual } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { arn, type Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { AwsError, messageOf } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { EndpointAccess, EventPublisher } from '../../kernel/ports';
import type { Store } from '../../kernel/store';
import { Announcer } from './announcer';
import { type Commit, parseCommit } from './commit';
import { Git } from './git';
import { removeLocks } from './locks';
import { firstBranch, type References, readReferences } from './references';
import { resolve, type Seeded, seedBranch } from './seed';
import { gitRequestOf, serveWithBackend } from './smart-http';

export interface CodeCommitOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  /** Directory of the repositories. */
  readonly directory: string;
  readonly events: EventPublisher;
  /** Its `url` is the address of `handle`. */
  readonly access: Pick<EndpointAccess, 'url'>;
}

/** A repository, as `GetRepository` shows it. Dates are ISO strings. */
export interface Repository {
  readonly repositoryName: string;
  readonly repositoryId: string;
  readonly description?: string;
  readonly defaultBranch?: string;
  readonly creationDate: string;
  readonly lastModifiedDate: string;
}

interface GitCredentials {
  readonly user: string;
  readonly password: string;
}

/**
 * Attributes that git must ignore in CodeCommit's checkout: attributes for `git archive` must not change committed
 * files.
 */
const ATTRIBUTES = '* -export-ignore -export-subst\n';

/** CodeCommit: bare repositories behind git's smart HTTP protocol, and events about pushes. */
export class CodeCommit {
  private readonly git: Git;
  private readonly repositories;
  private readonly credentials: GitCredentials;
  private readonly announcer: Announcer;

  constructor(private readonly options: CodeCommitOptions) {
    this.git = new Git(options.directory);
    this.repositories = options.store.collection<Repository>('codecommit.repositories');
    this.credentials = this.gitCredentials();
    this.announcer = new Announcer({ ...options, git: this.git });
  }

  /** Announces pushes that were not announced, and removes the remains of deletions. */
  async recover(): Promise<void> {
    const known = new Set(this.repositories.values().map(({ repositoryId }) => repositoryId));
    for (const entry of readdirSync(this.options.directory, { withFileTypes: true })) {
      if (entry.isDirectory() && !known.has(entry.name)) this.removeFolder(entry.name);
    }
    for (const repository of this.repositories.values()) {
      removeLocks(this.path(repository));
      await this.initialize(repository);
      await this.announce(repository);
    }
  }

  async stop(): Promise<void> {
    this.git.stop();
    await this.announcer.idle();
  }

  /** Makes an empty repository. Errors: `RepositoryNameExistsException`, `InvalidRepositoryNameException`. */
  async createRepository(repositoryName: string, description?: string): Promise<Repository> {
    this.refuseName(repositoryName);
    const now = this.options.clock.now().toISOString();
    const repositoryId = this.options.ids.uuid();
    const repository: Repository = { repositoryName, repositoryId, creationDate: now, lastModifiedDate: now };
    this.repositories.put(repositoryName, description === undefined ? repository : { ...repository, description });
    try {
      await this.initialize(repository);
    } catch (error) {
      this.repositories.delete(repositoryName);
      throw new Error(`the repository ${repositoryName} could not be made: ${messageOf(error)}`);
    }
    return this.getRepository(repositoryName);
  }

  /** Errors: `RepositoryDoesNotExistException`. */
  getRepository(repositoryName: string): Repository {
    const repository = this.repositories.get(repositoryName);
    if (!repository) throw new AwsError('RepositoryDoesNotExistException', `${repositoryName} does not exist`);
    return repository;
  }

  listRepositories(): Repository[] {
    return this.repositories.values();
  }

  repositoryById(repositoryId: string): Repository | undefined {
    return this.listRepositories().find((repository) => repository.repositoryId === repositoryId);
  }

  /** Changes name and description; commits, credentials and id stay. Errors: `RepositoryNameExistsException`. */
  updateRepository(repositoryName: string, next: { repositoryName: string; description?: string }): Repository {
    const { repositoryName: newName, description } = next;
    const renamed = newName !== repositoryName;
    if (renamed) this.refuseName(newName);
    const repository = { ...this.getRepository(repositoryName), repositoryName: newName, description };
    this.options.store.transaction(() => {
      if (renamed) this.repositories.delete(repositoryName);
      this.repositories.put(newName, repository);
      this.change(newName, {});
    });
    return this.getRepository(newName);
  }

  /** Deletes a repository with its commits, and returns its id. A missing one is no error, as on AWS. */
  deleteRepository(repositoryName: string): string | undefined {
    const repository = this.repositories.get(repositoryName);
    if (!repository) return undefined;
    this.repositories.delete(repositoryName);
    this.announcer.forget(repository.repositoryId);
    this.removeFolder(repository.repositoryId);
    return repository.repositoryId;
  }

  arn(repositoryName: string): string {
    return arn(this.options.scope, 'codecommit', repositoryName);
  }

  /** Returns the clone URL without credentials, as AWS shows it. */
  cloneUrlHttp(repositoryName: string): string {
    return `${this.options.access.url}/v1/repos/${repositoryName}`;
  }

  /** Returns the URL for clones and pushes. It contains the credentials. */
  cloneUrl(repositoryName: string): string {
    const url = new URL(this.cloneUrlHttp(repositoryName));
    url.username = this.credentials.user;
    url.password = this.credentials.password;
    return url.href;
  }

  /** Branch names, sorted. */
  async branches(repositoryName: string): Promise<string[]> {
    const references = await readReferences(this.git, this.path(this.getRepository(repositoryName)));
    return Object.keys(references)
      .filter((name) => name.startsWith('refs/heads/'))
      .map((name) => name.slice('refs/heads/'.length));
  }

  /** Returns the latest commit of a branch, or undefined if the branch does not exist. */
  async head(repositoryName: string, branch: string): Promise<Commit | undefined> {
    const path = this.path(this.getRepository(repositoryName));
    const commitId = await resolve(this.git, path, `refs/heads/${branch}`);
    return commitId === undefined ? undefined : this.commit(repositoryName, commitId);
  }

  /** Errors: `InvalidCommitIdException` (not a full id), `CommitIdDoesNotExistException`. */
  async commit(repositoryName: string, commitId: string): Promise<Commit> {
    const path = this.path(this.getRepository(repositoryName));
    if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commitId)) {
      throw new AwsError(
        'InvalidCommitIdException',
        'The specified commit ID is not valid. Full commit IDs are required.',
      );
    }
    const object = await this.git.run(['-C', path, 'cat-file', 'commit', commitId]);
    if (object.exitCode !== 0) {
      throw new AwsError(
        'CommitIdDoesNotExistException',
        `The commit ID ${commitId} does not exist in ${repositoryName}.`,
      );
    }
    return parseCommit(commitId, object.stdout);
  }

  /** The files of a commit as a zip without `.git`, with executable bits and links; the same bytes every time (A30). */
  async archive(repositoryName: string, commitId: string): Promise<Buffer> {
    await this.commit(repositoryName, commitId);
    const path = this.path(this.getRepository(repositoryName));
    // Not compressed: it is unpacked again at once, on the same machine.
    return this.git.output('-C', path, 'archive', '--format=zip', '-0', commitId);
  }

  /** Brings a branch to the HEAD of a clone on this machine, by fast-forward only, as a push would. */
  async seed(repositoryName: string, sourceRepositoryPath: string, branch: string): Promise<Seeded> {
    const repository = this.getRepository(repositoryName);
    const seeded = await seedBranch(this.git, this.path(repository), { path: sourceRepositoryPath, branch });
    await this.announce(repository);
    return seeded;
  }

  /** Serves git's requests at `/v1/repos/NAME`. Credentials are those of `cloneUrl`. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = gitRequestOf(request.url ?? '');
    if (!this.authorized(request)) {
      response.setHeader('www-authenticate', 'Basic realm="CodeCommit"');
      return refuse(response, 401, 'The credentials of the clone URL are needed.');
    }
    const repository = asked && this.repositories.get(asked.repositoryName);
    if (!asked || !repository) return refuse(response, 404, 'There is no such repository.');
    const { service, query } = asked;
    const call = {
      root: this.options.directory,
      folder: repository.repositoryId,
      service,
      query,
      user: this.credentials.user,
      finished: async () => {
        if (service === 'git-receive-pack') await this.announce(repository);
      },
    };
    await serveWithBackend(this.git, call, { request, response });
  }

  /** True if a request has the credentials of this account's clone URLs. */
  authorized(request: IncomingMessage): boolean {
    const { user, password } = this.credentials;
    const expected = Buffer.from(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
    const given = Buffer.from(request.headers.authorization ?? '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private refuseName(repositoryName: string): void {
    if (!/^[\w.-]{1,100}$/.test(repositoryName) || repositoryName.endsWith('.git')) {
      throw new AwsError(
        'InvalidRepositoryNameException',
        `${repositoryName}: a repository name has 1 to 100 letters, digits, ".", "_" or "-", and does not end in .git.`,
      );
    }
    if (this.repositories.get(repositoryName)) {
      throw new AwsError('RepositoryNameExistsException', `Repository named ${repositoryName} already exists`);
    }
  }

  private async announce({ repositoryId, repositoryName }: Repository): Promise<void> {
    const of = { repositoryId, repositoryName, arn: this.arn(repositoryName), path: this.path({ repositoryId }) };
    await this.announcer.announce(of, (references) => this.pushed(repositoryName, references));
  }

  private async pushed(repositoryName: string, references: References): Promise<void> {
    const repository = this.getRepository(repositoryName);
    const defaultBranch = repository.defaultBranch ?? firstBranch(references);
    if (defaultBranch !== undefined && defaultBranch !== repository.defaultBranch) {
      await this.git.output('-C', this.path(repository), 'symbolic-ref', 'HEAD', `refs/heads/${defaultBranch}`);
    }
    this.change(repositoryName, defaultBranch === undefined ? {} : { defaultBranch });
  }

  private async initialize(repository: Repository): Promise<void> {
    const path = this.path(repository);
    await this.git.output('init', '--quiet', '--bare', '--initial-branch=main', path);
    mkdirSync(join(path, 'info'), { recursive: true });
    writeFileSync(join(path, 'info/attributes'), ATTRIBUTES);
  }

  private change(repositoryName: string, changes: Partial<Repository>): void {
    const lastModifiedDate = this.options.clock.now().toISOString();
    this.repositories.put(repositoryName, { ...this.getRepository(repositoryName), ...changes, lastModifiedDate });
  }

  private gitCredentials(): GitCredentials {
    const collection = this.options.store.collection<GitCredentials>('codecommit.credentials');
    const kept = collection.get('git');
    if (kept) return kept;
    const made = { user: 'git', password: this.options.ids.secret(24) };
    collection.put('git', made);
    return made;
  }

  private path({ repositoryId }: Pick<Repository, 'repositoryId'>): string {
    return join(this.options.directory, repositoryId);
  }

  private removeFolder(name: string): void {
    rmSync(join(this.options.directory, name), { recursive: true, force: true });
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(`${message}\n`);
}
