import type { Case, Deeper, FailedResource } from './found';
import { lineThatMatters, plainly } from './words';

/** Returns the failed step of the component, and its last output (D14, D17). */
export async function imageCause(
  { action: { place }, evidence, reader }: Case,
  { event, operation }: FailedResource,
): Promise<Deeper> {
  const arn = imageArn(event.physicalId) ?? imageArn(event.reason) ?? idBefore(operation, event.logicalId);
  const image = arn ? await reader.read(`the image ${arn}`, evidence.image(arn, place), undefined) : undefined;
  const reason = plainly(image?.reason ?? event.reason ?? event.status);
  const [, name, version, build] = arn?.match(/:image\/([^/]+)\/([^/]+)\/(\d+)$/) ?? [];
  if (!name) return { resource: event.logicalId, cause: reason };
  const log = { group: `/aws/imagebuilder/${name}`, stream: `${version}/${build}` };
  const lines = await reader.read(`the log ${log.group}`, evidence.logTail(log, place), []);
  const where = `${log.group} ${log.stream}`;
  const step = failedStep(lines);
  if (!step) return { resource: event.logicalId, cause: reason, log: where };
  return { resource: event.logicalId, cause: `${step.name}: ${causeLine(reason, step.lines)}`, log: where };
}

/** Returns the line of the log that matters, with the reason's own text about the command if it differs. */
function causeLine(reason: string, lines: readonly string[]): string {
  const last = lineThatMatters(lines);
  if (!last) return reason;
  const quoted = /exit status \d+: ([^\n]+?)\.?$/.exec(reason)?.[1];
  if (quoted === undefined || last.includes(quoted)) return last;
  return quoted.includes(last) ? quoted : `${quoted}; ${last}`;
}

const ARN = /arn:[^\s"']+?:image\/[^\s/"']+\/[\d.]+\/\d+/;

function imageArn(text = ''): string | undefined {
  return ARN.exec(text)?.[0];
}

/** The failing event may have lost the id that an earlier one had (E8). */
function idBefore(operation: FailedResource['operation'], logicalId: string): string | undefined {
  return imageArn(
    operation.findLast((event) => event.logicalId === logicalId && imageArn(event.physicalId))?.physicalId,
  );
}

/** Returns the last step in the log, unless the log reports success: a failed step ends the document (D3). */
function failedStep(lines: readonly string[]): { name: string; lines: readonly string[] } | undefined {
  const begun = lines.findLastIndex((line) => BEGIN.test(line));
  if (begun === -1) return undefined;
  const [, phase, step] = BEGIN.exec(lines[begun]!) ?? [];
  const printed = lines.slice(begun + 1);
  if (printed.some((line) => /^\s*Phase \S+, step \S+: (Success|Skipped)/.test(line))) return undefined;
  return { name: phase ? `${phase} step ${step}` : `step ${step}`, lines: printed };
}

/** `Phase build, step Install (ExecuteBash), attempt 1`, or Image Builder's shorter `Step Install`. */
const BEGIN = /^\s*(?:Phase (\S+), )?step ([^\s:,]+)(?: \(|$)/i;
