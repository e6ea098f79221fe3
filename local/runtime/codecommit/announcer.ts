import type { EventBus } from '../../kernel/events';
import type { EventPublisher } from '../../kernel/ports';
import type { Collection, Store } from '../../kernel/store';
import type { Git } from './git';
import { type ReferenceChange, type References, readReferences, referenceChanges } from './references';

interface Announced {
  readonly repositoryId: string;
  readonly repositoryName: string;
  readonly arn: string;
  readonly path: string;
}

/**
 * Announces changes of repositories (A32). It stores what it announced: the next look announces a push that a crash
 * interrupted, and two concurrent pushes are announced once each.
 */
export class Announcer {
  private readonly announced: Collection<References>;
  private readonly turns = new Map<string, Promise<void>>();

  constructor(private readonly options: { git: Git; store: Store; events: EventPublisher; bus: EventBus }) {
    this.announced = options.store.collection<References>('codecommit.references');
  }

  /** Publishes every change since the last time, one event for each reference; `pushed` runs before them. */
  announce(repository: Announced, pushed: (references: References) => Promise<void>): Promise<void> {
    const before = this.turns.get(repository.repositoryId) ?? Promise.resolve();
    const turn = before.then(() => this.announceChanges(repository, pushed));
    this.turns.set(
      repository.repositoryId,
      turn.catch(() => {}),
    );
    return turn;
  }

  /** Resolves when nothing is being announced. */
  async idle(): Promise<void> {
    await Promise.all(this.turns.values());
  }

  forget(repositoryId: string): void {
    this.announced.delete(repositoryId);
    this.turns.delete(repositoryId);
  }

  private async announceChanges(
    repository: Announced,
    pushed: (references: References) => Promise<void>,
  ): Promise<void> {
    const references = await readReferences(this.options.git, repository.path);
    const changes = referenceChanges(this.announced.get(repository.repositoryId) ?? {}, references);
    if (changes.length === 0) return;
    await pushed(references);
    for (const change of changes) this.publish(repository, change);
    this.announced.put(repository.repositoryId, references);
  }

  private publish({ repositoryId, repositoryName, arn }: Announced, change: ReferenceChange): void {
    this.options.events.publish({
      source: 'aws.codecommit',
      detailType: 'CodeCommit Repository State Change',
      resources: [arn],
      detail: { ...change, repositoryName, repositoryId },
    });
    if (change.referenceType === 'branch' && change.commitId !== undefined) {
      const { referenceName: branch, commitId } = change;
      this.options.bus.emit({ type: 'branch-updated', repository: repositoryName, branch, commitId });
    }
  }
}
