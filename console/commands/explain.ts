import { Refusal } from '../../cli/refusal';
import { moment, short } from '../../cli/text';
import { lineOf } from '../../lambdas/explain-failure/message';
import type { Command } from '../command';
import { causeOf } from '../pipeline/cause';
import { environmentsOf } from '../pipeline/environments';
import { type FleetNow, fleetsNow } from '../pipeline/fleet-now';
import type { Pipeline } from '../pipeline/pipeline';
import { healthText } from './health-text';

/**
 * Prints in one line why an execution failed: the given one, or the latest that failed. It also names each fleet that
 * does not stay healthy, since its execution may have succeeded.
 */
export const explain: Command = async (context) => {
  const { clients, request, pipeline: open } = context;
  const pipeline = await open();
  const asked = request.given['EXECUTION'];
  const fleets = await fleetsNow(context, { pipeline, stages: environmentsOf(await pipeline.declaration()) });
  const unhealthy = [...fleets].flatMap(([environment, now]) => (isUnhealthy(now) ? [{ environment, ...now }] : []));
  const warnings = unhealthy.map(warning);
  const executionId = asked === undefined ? await latestFailed(pipeline) : await idOf(pipeline, asked);
  if (executionId === undefined) {
    if (warnings.length === 0) throw new Refusal(`no execution of ${pipeline.name} has failed`);
    return { ok: true, lines: warnings, data: { pipeline: pipeline.name, unhealthy } };
  }
  const cause = await causeOf(clients.codePipeline, { pipeline: pipeline.name, executionId });
  const line = lineOf(cause);
  return {
    ok: true,
    lines: [`execution ${short(executionId)}: ${line}`, ...warnings],
    data: { pipeline: pipeline.name, executionId, line, ...cause, unhealthy },
  };
};

type Known = Extract<FleetNow, { readonly kind: 'known' }>;

function isUnhealthy(now: FleetNow): now is Known {
  return now.kind === 'known' && now.health.again;
}

/** `dev: 1.0.5 does not stay healthy: 9 servers replaced as unhealthy (the last i-… at 2026-01-01 12:00:00 UTC)`. */
function warning({ environment, version, health }: Known & { environment: string }): string {
  const { last } = health;
  const latest = last ? ` (the last ${last.instanceId} at ${moment(last.at)} UTC)` : '';
  return `${environment}: ${version} does not stay healthy: ${healthText({ ...health, stayedHealthy: true })}${latest}`;
}

async function latestFailed(pipeline: Pipeline): Promise<string | undefined> {
  for await (const { status, pipelineExecutionId } of pipeline.executions()) {
    if (status === 'Failed') return pipelineExecutionId;
  }
  return undefined;
}

async function idOf(pipeline: Pipeline, asked: string): Promise<string> {
  const { pipelineExecutionId = '' } = await pipeline.find(asked);
  return pipelineExecutionId;
}
