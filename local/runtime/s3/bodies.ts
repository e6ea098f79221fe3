import { createHash, type Hash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Ids } from '../../kernel/ids';

/** A stored body. */
export interface WrittenBody {
  readonly file: string;
  readonly size: number;
  /** Hex. */
  readonly md5: string;
}

/**
 * The bytes of objects and parts, one file each, never changed once they are there. A file appears under its name only
 * when it is whole: it is written beside and renamed.
 */
export class Bodies {
  private readonly whole: string;
  private readonly incoming: string;

  constructor(
    directory: string,
    private readonly ids: Ids,
  ) {
    this.whole = join(directory, 'bodies');
    this.incoming = join(directory, 'incoming');
    for (const path of [this.whole, this.incoming]) mkdirSync(path, { recursive: true });
  }

  write(bytes: Uint8Array): WrittenBody {
    const file = this.ids.hex(32);
    writeFileSync(join(this.incoming, file), bytes);
    renameSync(join(this.incoming, file), join(this.whole, file));
    return { file, size: bytes.length, md5: createHash('md5').update(bytes).digest('hex') };
  }

  /** Rejects with the stream's error, leaving nothing behind. */
  async writeStream(source: AsyncIterable<Uint8Array>): Promise<WrittenBody> {
    const file = this.ids.hex(32);
    const path = join(this.incoming, file);
    const measured = new Measure();
    try {
      await pipeline(measured.through(source), createWriteStream(path));
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
    renameSync(path, join(this.whole, file));
    return { file, size: measured.size, md5: measured.hash.digest('hex') };
  }

  /** Joins several bodies into one, in their order. */
  join(files: readonly string[]): Promise<WrittenBody> {
    const whole = this.whole;
    async function* all(): AsyncGenerator<Buffer> {
      for (const file of files) yield* createReadStream(join(whole, file)) as AsyncIterable<Buffer>;
    }
    return this.writeStream(all());
  }

  /** The same bytes under another name, without copying them. */
  duplicate(file: string): string {
    const copy = this.ids.hex(32);
    linkSync(join(this.whole, file), join(this.whole, copy));
    return copy;
  }

  read(file: string): Buffer {
    return readFileSync(join(this.whole, file));
  }

  /** Bytes `start` to `end`, both included. */
  open(file: string, range?: { start: number; end: number }): Readable {
    return createReadStream(join(this.whole, file), range);
  }

  remove(file: string | undefined): void {
    if (file) rmSync(join(this.whole, file), { force: true });
  }

  /** Removes partly written files of a killed process, and bodies without a record. */
  sweep(named: ReadonlySet<string>): void {
    for (const file of readdirSync(this.incoming)) rmSync(join(this.incoming, file), { force: true });
    for (const file of readdirSync(this.whole)) if (!named.has(file)) this.remove(file);
  }
}

class Measure {
  size = 0;
  readonly hash: Hash = createHash('md5');

  async *through(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.size += chunk.length;
      this.hash.update(chunk);
      yield chunk;
    }
  }
}
