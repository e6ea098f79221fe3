import type { Count, Counter } from '../../../lambdas/increment-image-version/version';

/**
 * The parameter with SSM's rules: every write gets the next number at once, and the latest 100 versions are kept.
 * Between a call and its effect, and between the effect and the answer, other tasks run: how often is drawn from a
 * seed, so that a run can be repeated.
 */
export class FakeParameter implements Counter {
  readonly writes: Count[] = [];
  private versions: Count[] = [{ number: 1, value: 'none yet', takenBy: undefined }];
  private state: number;

  constructor(seed = 1) {
    this.state = seed;
  }

  async history(): Promise<readonly Count[]> {
    await this.others();
    const versions = [...this.versions];
    await this.others();
    return versions;
  }

  async write(value: string, takenBy: string): Promise<number> {
    await this.others();
    const number = this.versions.at(-1)!.number + 1;
    const count = { number, value, takenBy };
    this.versions = [...this.versions, count].slice(-100);
    this.writes.push(count);
    await this.others();
    return number;
  }

  passOver(value: string): Promise<number> {
    return this.write(value, 'nobody');
  }

  /** A number from 0 up to, and without, `below`. */
  random(below: number): number {
    this.state = (this.state * 1_103_515_245 + 12_345) % 2 ** 31;
    return this.state % below;
  }

  private async others(): Promise<void> {
    for (let turns = this.random(4); turns >= 0; turns--) await Promise.resolve();
  }
}
