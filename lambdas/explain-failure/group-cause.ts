import type { StackEventFacts } from './evidence';
import type { Case, Deeper, FailedResource } from './found';
import { lineThatMatters, plainly } from './words';

/** Returns why the servers of a group did not start: the last output of one of them, or why none could be launched. */
export async function groupCause(one: Case, { event, operation }: FailedResource): Promise<Deeper> {
  const resource = event.logicalId;
  const reason = plainly(event.reason ?? event.status);
  const isAboutServers = /signal|ended before|ended while|instance/i.test(reason);
  if (!isAboutServers) return { resource, cause: reason };
  const launch = await failedLaunch(one, event);
  const instance = signalled(operation, event) ?? instanceIn(reason) ?? launch?.instance;
  const lastLine = instance && (await lastWords(one, instance, reason));
  if (lastLine) return { resource, cause: `${instance}: ${lastLine}`, log: `console of ${instance}` };
  if (launch?.why) return { resource, cause: launch.why, log: `activities of ${event.physicalId}` };
  return { resource, cause: instance ? `${instance}: ${reason}` : reason };
}

/** `Received FAILURE signal with UniqueId i-…` (F18), before the group failed. */
function signalled(operation: readonly StackEventFacts[], failed: StackEventFacts): string | undefined {
  const named = operation
    .slice(0, operation.indexOf(failed) + 1)
    .find(({ reason = '' }) => /FAILURE signal with UniqueId/.test(reason));
  return instanceIn(named?.reason);
}

function instanceIn(text = ''): string | undefined {
  return /\bi-[0-9a-f]{8,17}\b/.exec(text)?.[0];
}

/** The first activity of the group that failed in the operation; else the last server that it launched. */
async function failedLaunch(
  { action: { place, startedAt }, evidence, reader }: Case,
  event: StackEventFacts,
): Promise<{ why?: string; instance?: string } | undefined> {
  const group = event.physicalId;
  if (!group) return undefined;
  const from = Date.parse(startedAt);
  const all = await reader.read(`the activities of ${group}`, evidence.activities(group, place), []);
  const during = all
    .filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= Date.parse(event.at))
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const failed = during.find(({ status }) => status === 'Failed');
  const launched = during.findLast(({ description }) => /^Launching/.test(description));
  return { why: failed && plainly(failed.message ?? failed.description), instance: instanceIn(launched?.description) };
}

const OWN_WORDS = /^.*?\b(FAILURE|ABANDON): /;

/**
 * `ready.js` writes `FAILURE: …` to a stack that waits for signals, and `ABANDON: …` to a group, with the service's own
 * error; another server's last word is as good as any.
 */
async function lastWords(
  { action: { place }, evidence, reader }: Case,
  instance: string,
  reason: string,
): Promise<string | undefined> {
  const lines = await reader.read(`the console of ${instance}`, evidence.consoleOf(instance, place), []);
  const failure = lines.findLast((line) => OWN_WORDS.test(line));
  if (failure) return failure.replace(OWN_WORDS, '').trim();
  const last = lineThatMatters(lines);
  const what = /^Failed to receive/.test(reason)
    ? 'it did not signal in time'
    : reason.replace(`Instance ${instance} `, '');
  return last && `${what}; its console ends with: ${last}`;
}
