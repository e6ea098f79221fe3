import { readFile } from 'node:fs/promises';

interface Listener {
  readonly port: number;
  /** User id of the process that opened the socket. */
  readonly uid: number;
}

/** `st` of a socket that waits for connections, in the tables of /proc/net. */
const LISTEN = '0A';

/** Reads one of the kernel's socket tables, `/proc/net/tcp` or `/proc/net/tcp6`. */
export function parseListeners(table: string): Listener[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , uid] = line.trim().split(/\s+/);
      if (state !== LISTEN) return [];
      return [{ port: Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16), uid: Number(uid) }];
    });
}

/**
 * Returns the TCP ports on which the user of the process `pid` listens, ascending; empty if there is no such process.
 */
export async function listeningPorts(pid: number): Promise<number[]> {
  const uid = Number(/^Uid:\s+(\d+)/m.exec(await textOf(`/proc/${pid}/status`))?.[1] ?? Number.NaN);
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(textOf));
  const ports = tables.flatMap(parseListeners).filter((listener) => listener.uid === uid);
  return [...new Set(ports.map(({ port }) => port))].sort((a, b) => a - b);
}

/** Names the ports of a service that does not listen on `expected`. Empty if no port is known. */
export function elsewhereText(ports: readonly number[], expected: number): string {
  if (ports.length === 0 || ports.includes(expected)) return '';
  return `; it listens on port ${ports.join(', ')}, not on ${expected}`;
}

/** A kernel without IPv6 has no table of it; a process may have ended. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
