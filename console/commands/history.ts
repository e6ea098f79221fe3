import { lastPart, moment, oneLine, short, table } from '../../cli/text';
import type { Command } from '../command';
import { deploymentHistory, type Entry, withHealthNow } from '../pipeline/deployment-history';
import { environmentIn, environmentsOf } from '../pipeline/environments';
import { fleetsNow } from '../pipeline/fleet-now';
import { readDeployments } from '../pipeline/read-deployments';
import { healthText } from './health-text';
import { limitOf } from './limit';

/** Lists the deployments of each environment, the latest first. */
export const history: Command = async (context) => {
  const { request, pipeline: open } = context;
  const limit = limitOf(request.options.limit);
  const pipeline = await open();
  const declaration = await pipeline.declaration();
  const asked = request.given['ENV'];
  const stages = asked === undefined ? environmentsOf(declaration) : [environmentIn(declaration, asked)];
  const environments = stages.map(({ name = '' }) => name);
  const [deployments, fleets] = await Promise.all([
    readDeployments(pipeline, { declaration, environments, wanted: limit }),
    fleetsNow(context, { pipeline, stages }),
  ]);
  const entries = environments
    .flatMap((name) => {
      const history = deploymentHistory(deployments.filter(({ environment }) => environment === name));
      return withHealthNow(history, fleets.get(name)).entries.slice(0, limit);
    })
    .sort((one, other) => other.startedAt.getTime() - one.startedAt.getTime());
  const lines = entries.length > 0 ? rows(entries, asked === undefined) : ['nothing was deployed yet'];
  return { ok: true, lines, data: entries.map(record) };
};

function rows(entries: readonly Entry[], several: boolean): string[] {
  const head = [
    'WHEN (UTC)',
    ...(several ? ['ENV'] : []),
    'VERSION',
    'COMMIT',
    'EXECUTION',
    'RESULT',
    'SUBJECT',
    'NOTE',
  ];
  return table(
    head,
    entries.map((entry) => [
      moment(entry.startedAt),
      ...(several ? [entry.environment] : []),
      entry.image?.version ?? '',
      short(entry.image?.commitId ?? ''),
      short(entry.executionId),
      entry.result,
      oneLine(entry.image?.subject ?? '', 40),
      [note(entry), keptNote(entry), healthNote(entry)].filter(Boolean).join('; '),
    ]),
  );
}

/** Returns the approver of the deployment, or the replaced version and the person who rolled it back. */
function note({ rollback, replaces, image, approval }: Entry): string {
  if (rollback) {
    const by = rollback.automatic ? 'automatically' : `by ${lastPart(rollback.by)}`;
    const from = replaces && replaces.version !== image?.version ? ` from ${replaces.version}` : '';
    return `rolled back${from} to ${image?.version ?? short(rollback.to)} ${by}`;
  }
  if (!approval) return '';
  return `approved by ${lastPart(approval.by)}${approval.summary && `: ${oneLine(approval.summary, 60)}`}`;
}

function keptNote({ kept }: Entry): string {
  return kept ? `kept ${kept} servers, above "max" in the settings` : '';
}

function healthNote({ health }: Entry): string {
  return health ? healthText(health) : '';
}

/** An entry as programs read it. */
function record({
  environment,
  startedAt,
  image,
  executionId,
  result,
  approval,
  rollback,
  replaces,
  health,
  kept,
}: Entry) {
  return {
    environment,
    startedAt: startedAt.toISOString(),
    version: image?.version,
    imageId: image?.imageId,
    commitId: image?.commitId,
    subject: image?.subject,
    executionId,
    result,
    approvedBy: approval?.by,
    approvalSummary: approval?.summary,
    replaced: replaces?.version,
    health,
    keptServers: kept,
    rollback: rollback && {
      from: replaces?.version,
      to: image?.version,
      target: rollback.to,
      automatic: rollback.automatic,
      by: rollback.by,
    },
  };
}
