import { plainText } from '../plain-text';

/** Version of one server, if it is known. */
export interface Running {
  readonly imageId?: string;
  readonly imageVersion?: string;
  readonly commitId?: string;
}

/** Versions of a fleet: the servers in service, and the next server that it would launch. */
export interface Fleet {
  readonly servers: readonly Running[];
  readonly next: Running | undefined;
  /** Desired capacity of the group; undefined without a group. */
  readonly wanted?: number;
}

/**
 * Returns the versions of the fleet, as the action's output variables. They are inserted into the text of an approval
 * unescaped (A27), so each is plain, none is empty, and `Serving` has at most 200 characters. A fleet that was raised
 * above the `max` of the settings keeps its size, and the approval says so.
 */
export function serving({ servers, next, wanted }: Fleet, max?: number): Record<string, string> {
  const kinds = kindsOf(servers);
  const main = kinds[0]?.running ?? next ?? {};
  return {
    Serving: plainText(`${sentence(kinds, servers.length, next)}${raisedText(wanted, max)}`, 200),
    ImageVersion: word(main.imageVersion),
    ImageId: word(main.imageId),
    CommitId: word(main.commitId),
  };
}

interface Kind {
  readonly running: Running;
  count: number;
}

/** Returns the different versions, the one of most servers first. */
function kindsOf(servers: readonly Running[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const running of servers) {
    const kind = kinds.get(named(running)) ?? { running, count: 0 };
    kind.count += 1;
    kinds.set(named(running), kind);
  }
  return [...kinds.values()].sort((one, other) => other.count - one.count);
}

function sentence(kinds: readonly Kind[], servers: number, next: Running | undefined): string {
  const [main, second] = kinds;
  if (!main) return next ? `nothing now - a new server would run ${named(next)}` : 'nothing';
  if (!second) return named(main.running);
  const others = kinds.length > 2 ? ' and others' : '';
  const share = ({ running, count }: Kind) => `${named(running)} on ${count} of ${servers}`;
  return `${share(main)} and ${share(second)}${others}`;
}

function raisedText(wanted: number | undefined, max: number | undefined): string {
  return wanted !== undefined && max !== undefined && wanted > max
    ? ` - keeps ${wanted} servers above the max of ${max}`
    : '';
}

/** `1.0.7 ami-0123456789abcdef0 commit 12ab34cd56`. */
function named({ imageVersion, imageId, commitId }: Running): string {
  return `${word(imageVersion)} ${word(imageId)} commit ${word(commitId?.slice(0, 10))}`;
}

/** An output variable without a value is `-`: an empty one would leave a gap in a sentence. */
function word(text = ''): string {
  return plainText(text, 64) || '-';
}
