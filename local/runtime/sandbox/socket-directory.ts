import { closeSync, constants, fstatSync, mkdirSync, openSync } from 'node:fs';

/** `O_PATH` of Linux, which Node.js does not name: a descriptor for the file itself, which opens nothing. */
const O_PATH = 0o10000000;

/**
 * A new directory for sockets. Its path is another name of it, which is short enough: a socket's address has at most 107
 * characters.
 */
export class SocketDirectory {
  readonly path: string;
  private readonly descriptors: number[] = [];

  /** Creates the directory, which only its owner may enter. */
  constructor(directory: string) {
    mkdirSync(directory, { mode: 0o700 });
    this.path = this.hold(openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY));
  }

  /**
   * Returns a path that leads to the socket `name` of the directory, and to no other file, however the name is used later.
   * Throws if the name is not a socket, for example a link to one elsewhere.
   */
  pin(name: string): string {
    const descriptor = openSync(`${this.path}/${name}`, O_PATH | constants.O_NOFOLLOW);
    const pinned = this.hold(descriptor);
    if (!fstatSync(descriptor).isSocket()) throw new Error(`${name} is not a socket`);
    return pinned;
  }

  close(): void {
    for (const descriptor of this.descriptors.splice(0)) closeSync(descriptor);
  }

  private hold(descriptor: number): string {
    this.descriptors.push(descriptor);
    return `/proc/${process.pid}/fd/${descriptor}`;
  }
}
