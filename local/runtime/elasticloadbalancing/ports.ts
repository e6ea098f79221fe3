import net from 'node:net';

/** Number of ports above the first one that are tried. */
const RANGE = 500;

/**
 * Ports that browsers and `fetch` refuse to open, of those that need no privileges.
 * https://fetch.spec.whatwg.org/#port-blocking
 */
const BLOCKED_BY_BROWSERS: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/**
 * Returns the first port of 127.0.0.1 from `base` up that is neither `taken` nor in use, and that browsers open.
 * Returns any free port if `base` is 0.
 */
export async function freePort(base: number, taken: ReadonlySet<number>): Promise<number> {
  if (base === 0) return probe(0).then((port) => port ?? Promise.reject(new Error('no free port on 127.0.0.1')));
  for (let port = base; port < base + RANGE; port++) {
    if (!taken.has(port) && !BLOCKED_BY_BROWSERS.has(port) && (await probe(port)) !== undefined) return port;
  }
  throw new Error(`no free port on 127.0.0.1 from ${base} to ${base + RANGE - 1}`);
}

/** The port, if it can be opened. */
function probe(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: opened } = server.address() as net.AddressInfo;
      server.close(() => resolve(opened));
    });
  });
}
