import autocannon from 'autocannon';

/** A request without an answer, or with one that is not 2xx. */
export interface Lost {
  readonly environment: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason: string;
}

/** Requests an environment's address at a steady rate, and records lost requests. */
export class Load {
  readonly lost: Lost[] = [];
  requests = 0;
  private readonly instance: autocannon.Instance;
  private readonly done: Promise<unknown>;

  constructor({ environment, url, rate }: { environment: string; url: string; rate: number }) {
    const lose = (reason: string) => this.lost.push({ environment, at: Date.now(), reason });
    let ended: (error?: Error | null) => void = () => {};
    this.done = new Promise<void>((resolve, reject) => {
      ended = (error) => (error ? reject(error) : resolve());
    });
    // `stop` ends the load; the duration is only a bound.
    this.instance = autocannon({ url, connections: 20, overallRate: rate, duration: 24 * 3600, timeout: 10 }, (error) =>
      ended(error),
    );
    this.instance.on('response', (_client, status) => {
      this.requests++;
      if (status < 200 || status > 299) lose(`answer ${status}`);
    });
    this.instance.on('reqError', (error: Error) => {
      this.requests++;
      lose(error.message);
    });
  }

  async stop(): Promise<void> {
    this.instance.stop();
    await this.done;
  }
}
