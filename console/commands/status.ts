import { DescribeStacksCommand, type Output } from '@aws-sdk/client-cloudformation';
import type { PipelineExecutionSummary, StageDeclaration, StageState } from '@aws-sdk/client-codepipeline';
import { printedCommand } from '../../cli/printed-command';
import { moment, short } from '../../cli/text';
import { groupsOf } from '../../lambdas/fleet-group';
import { type Command, type Context, targetOf } from '../command';
import { type EnvironmentPlace, environmentsOf, placeOfFleet, rollOf } from '../pipeline/environments';
import { type FleetNow, fleetsNow } from '../pipeline/fleet-now';
import { pendingApprovals } from '../pipeline/pending-approval';
import type { Pipeline } from '../pipeline/pipeline';
import { runOf } from '../pipeline/runs';
import { healthText } from './health-text';

const TITLE_WIDTH = 12;

/** Shows the pipeline and its environments on AWS. */
export const status: Command = async (context) => {
  const pipeline = await context.pipeline();
  const [place, declaration, stages, execution] = await Promise.all([
    pipeline.place(),
    pipeline.declaration(),
    pipeline.stages(),
    latestOf(pipeline),
  ]);
  const environments = environmentsOf(declaration);
  const fleets = await fleetsNow(context, { pipeline, stages: environments });
  const reports = await Promise.all(
    environments.map((stage) =>
      environmentReport(context, { stage, stages, place, now: fleets.get(stage.name ?? '') }),
    ),
  );
  const latestExecution = execution && { ...runOf(execution), startedAt: execution.startTime?.toISOString() };
  const data = { ...place, pipelines: [{ name: pipeline.name, latestExecution }], environments: reports };
  const summary = execution ? executionText(execution) : 'has not run';
  return {
    ok: true,
    lines: [
      `${title('place')}account ${place.account}, region ${place.region}`,
      `${title('pipeline')}${pipeline.name}  ${summary}`,
      ...reports.flatMap((report) => linesOf(report, context)),
    ],
    data,
  };
};

async function latestOf(pipeline: Pipeline): Promise<PipelineExecutionSummary | undefined> {
  for await (const execution of pipeline.executions()) return execution;
  return undefined;
}

function executionText(execution: PipelineExecutionSummary): string {
  const { executionId, status: ended, commitId = '', startedAt } = runOf(execution);
  return `${short(executionId)} ${ended}  commit ${short(commitId)}  started ${moment(startedAt)} UTC`;
}

interface EnvironmentReport {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly url?: string;
  readonly imageVersion?: string;
  readonly instances: readonly { readonly id: string; readonly state: string }[];
  readonly health?: Extract<FleetNow, { kind: 'known' }>['health'];
  /** Reason why nothing is known about the servers. */
  readonly unknown?: string;
  /** Execution that waits for approval. */
  readonly waiting?: string;
}

interface Asked {
  readonly stage: StageDeclaration;
  readonly stages: readonly StageState[];
  readonly place: EnvironmentPlace;
  readonly now: FleetNow | undefined;
}

async function environmentReport(context: Context, { stage, stages, place, now }: Asked): Promise<EnvironmentReport> {
  const name = stage.name ?? '';
  const stack = rollOf(stage)?.configuration?.['StackName'] ?? '';
  const [waiting] = pendingApprovals(stages, name);
  const report = { name, ...placeOfFleet(stage, place), instances: [], waiting: waiting?.executionId };
  if (now?.kind !== 'known') return { ...report, unknown: now?.reason ?? 'it is not known' };
  const { autoScaling } = context.clients;
  const [groups, url] = await Promise.all([groupsOf(autoScaling, stack), urlOf(context, stack)]);
  const instances = groups.flatMap(({ Instances = [] }) =>
    Instances.map(({ InstanceId: id = '', LifecycleState: state = '' }) => ({ id, state })),
  );
  return { ...report, url, imageVersion: now.version, instances, health: now.health };
}

/** Returns the address of an environment: an output of the stack beside the fleet's. */
async function urlOf({ clients }: Context, fleetStack: string): Promise<string | undefined> {
  const StackName = fleetStack.replace(/-fleet$/, '-environment');
  const { Stacks: [stack] = [] } = await clients.cloudFormation.send(new DescribeStacksCommand({ StackName }));
  return stack?.Outputs?.find(({ OutputKey }: Output) => OutputKey === 'Url')?.OutputValue;
}

function linesOf(report: EnvironmentReport, { request }: Context): string[] {
  const { name, url = '', imageVersion = '', unknown, instances, health, waiting } = report;
  const ready = instances.filter(({ state }) => state === 'InService').length;
  const servers = unknown ?? `${imageVersion}  ${ready} of ${instances.length} servers in service`;
  const indent = ' '.repeat(TITLE_WIDTH + 1);
  const happened = health && healthText({ ...health, stayedHealthy: true });
  const approve = printedCommand(targetOf(request), ['approve', name]);
  return [
    `${title('environment')}${[name, url, servers].filter(Boolean).join('  ')}`,
    ...(happened ? [`${indent}since the last roll: ${happened}`] : []),
    ...(waiting ? [`${indent}execution ${short(waiting)} waits for approval: ${approve}`] : []),
  ];
}

function title(text: string): string {
  return `${text.padEnd(TITLE_WIDTH)} `;
}
