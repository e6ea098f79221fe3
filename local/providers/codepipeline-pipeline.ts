import type { Provider } from '../engine/provider';
import { AwsError, NotSupportedLocally } from '../kernel/failure';
import { runsActionType } from '../runtime/codepipeline/action-types';
import type { CodePipeline } from '../runtime/codepipeline/code-pipeline';
import type { ActionDefinition, PipelineDefinition, StageDefinition } from '../runtime/codepipeline/definition';
import type { PipelineRecord } from '../runtime/codepipeline/records';
import {
  type ConditionsProperty,
  conditionsOf,
  configurationOf,
  type FailureProperty,
  refusedInConditions,
  unknownFields,
} from './codepipeline-conditions';

interface Properties {
  Name?: string;
  RoleArn: string;
  PipelineType?: 'V1' | 'V2';
  ExecutionMode?: 'SUPERSEDED' | 'QUEUED' | 'PARALLEL';
  ArtifactStore?: ArtifactStore;
  ArtifactStores?: { Region: string; ArtifactStore: ArtifactStore }[];
  Stages: Stage[];
  Variables?: { Name: string; DefaultValue?: string; Description?: string }[];
  DisableInboundStageTransitions?: { StageName: string; Reason: string }[];
  RestartExecutionOnUpdate?: boolean | string;
  Tags?: unknown;
}

interface ArtifactStore {
  Type: string;
  Location: string;
  EncryptionKey?: unknown;
}

interface Stage {
  Name: string;
  Actions: Action[];
  BeforeEntry?: ConditionsProperty;
  OnSuccess?: ConditionsProperty;
  OnFailure?: FailureProperty;
  [other: string]: unknown;
}

interface Action {
  Name: string;
  ActionTypeId: { Category: string; Owner: string; Provider: string; Version: string };
  Configuration?: Record<string, unknown>;
  InputArtifacts?: { Name: string }[];
  OutputArtifacts?: { Name: string }[];
  RunOrder?: number | string;
  RoleArn?: string;
  Namespace?: string;
  Region?: string;
  TimeoutInMinutes?: number | string;
  [other: string]: unknown;
}

const STAGE_FIELDS = new Set(['Name', 'Actions', 'BeforeEntry', 'OnSuccess', 'OnFailure']);
const ACTION_FIELDS = new Set([
  'Name',
  'ActionTypeId',
  'Configuration',
  'InputArtifacts',
  'OutputArtifacts',
  'RunOrder',
  'RoleArn',
  'Namespace',
  'Region',
  'TimeoutInMinutes',
]);

/** Pipelines. Making one starts it, as on AWS. */
export function codePipelinePipeline(pipelines: CodePipeline): Provider<Properties> {
  const settle = (name: string, { version }: PipelineRecord, properties: Properties) => {
    for (const { StageName, Reason } of properties.DisableInboundStageTransitions ?? []) {
      pipelines.setTransition(name, StageName, { reason: Reason });
    }
    return { physicalId: name, attributes: { Version: String(version) } };
  };
  /** Transitions that the last template closed, and the next one does not. */
  const reopen = (name: string, last: Properties, next: Properties) => {
    const closed = new Set(next.DisableInboundStageTransitions?.map(({ StageName }) => StageName));
    const stages = new Set(next.Stages.map(({ Name }) => Name));
    for (const { StageName } of last.DisableInboundStageTransitions ?? []) {
      if (!closed.has(StageName) && stages.has(StageName)) pipelines.setTransition(name, StageName);
    }
  };
  return {
    type: 'AWS::CodePipeline::Pipeline',
    fidelity: 'real',
    properties: {
      Name: 'real',
      RoleArn: 'real',
      PipelineType: 'real',
      ExecutionMode: 'real',
      ArtifactStore: 'real',
      ArtifactStores: 'real',
      Stages: 'real',
      Variables: 'real',
      DisableInboundStageTransitions: 'real',
      RestartExecutionOnUpdate: 'record',
      Tags: 'record',
    },
    required: ['RoleArn', 'Stages'],
    createOnly: ['Name'],
    attributes: ['Version'],
    note: 'CodeCommit, CodeBuild, Lambda and CloudFormation actions, and manual approvals; SUPERSEDED and QUEUED modes. Artifacts are not encrypted: an EncryptionKey is a record. Stages have conditions with the rules VariableCheck, LambdaInvoke and CloudWatchAlarm, and roll back or retry when they fail. An action works in the account of its role and in its Region, with artifacts copied to that region’s store. Other rules, triggers and PARALLEL are refused.',
    refuse: (properties) => [
      ...(properties.ExecutionMode === 'PARALLEL' ? ['ExecutionMode: PARALLEL'] : []),
      ...(String(properties.RestartExecutionOnUpdate) === 'true' ? ['RestartExecutionOnUpdate: true'] : []),
      ...(properties.ArtifactStore || properties.ArtifactStores ? [] : ['ArtifactStore: a pipeline without it']),
      ...(properties.Stages ?? []).flatMap((stage, index) => refusedInStage(stage, `Stages.${index}`)),
    ],
    async create(ctx, properties) {
      const name = properties.Name ?? ctx.physicalName({ length: 100 });
      ctx.created(name);
      const made = pipelines.create(definitionOf(name, properties, ctx.scope.region), ctx.principal.arn);
      return settle(name, made, properties);
    },
    async update(ctx, current, next) {
      const name = current.physicalId;
      const updated = settle(name, pipelines.put(definitionOf(name, next, ctx.scope.region)), next);
      reopen(name, current.properties, next);
      return updated;
    },
    delete: async (_ctx, current) => pipelines.delete(current.physicalId),
  };
}

/** Unresolved references are absent, so no member can be relied on. */
function refusedInStage(stage: Partial<Stage>, path: string): string[] {
  return [
    ...unknownFields(stage, STAGE_FIELDS, path),
    ...refusedInConditions(stage, path),
    ...(stage.Actions ?? []).flatMap((action, position) => refusedInAction(action, `${path}.Actions.${position}`)),
  ];
}

function refusedInAction(action: Partial<Action>, path: string): string[] {
  const { Category, Owner, Provider } = action.ActionTypeId ?? {};
  const type = `${Category}/${Owner}/${Provider}`;
  return [
    ...unknownFields(action, ACTION_FIELDS, path),
    ...(Category && Owner && Provider && !runsActionType(type) ? [`${path}.ActionTypeId: ${type}`] : []),
  ];
}

function definitionOf(name: string, properties: Properties, region: string): PipelineDefinition {
  const { ExecutionMode: mode = 'SUPERSEDED' } = properties;
  if (mode === 'PARALLEL') throw new NotSupportedLocally('AWS::CodePipeline::Pipeline ExecutionMode PARALLEL');
  return {
    name,
    roleArn: properties.RoleArn,
    // A2, J12: CloudFormation's default.
    pipelineType: properties.PipelineType ?? 'V1',
    executionMode: mode,
    ...artifactsOf(properties, region),
    stages: properties.Stages.map(stageOf),
    variables: (properties.Variables ?? []).map(({ Name, DefaultValue, Description }) => ({
      name: Name,
      defaultValue: DefaultValue,
      description: Description,
    })),
  };
}

/** Either one store, or one for each region. */
function artifactsOf(
  { ArtifactStore: one, ArtifactStores: many }: Properties,
  region: string,
): Pick<PipelineDefinition, 'artifactBucket' | 'artifactStores'> {
  if (one && !many) return { artifactBucket: one.Location };
  if (!many || one) {
    throw invalidStructure('You must include either artifactStore or artifactStores in your pipeline, but not both.');
  }
  const artifactStores = Object.fromEntries(many.map((store) => [store.Region, store.ArtifactStore.Location]));
  const artifactBucket = artifactStores[region];
  if (!artifactBucket)
    throw invalidStructure(`artifactStores has no artifact store for the pipeline's region ${region}.`);
  return { artifactBucket, artifactStores };
}

const invalidStructure = (message: string) => new AwsError('InvalidStructureException', message);

function stageOf(stage: Stage): StageDefinition {
  return { name: stage.Name, actions: stage.Actions.map(actionOf), ...conditionsOf(stage) };
}

function actionOf(action: Action): ActionDefinition {
  const { Category, Owner, Provider, Version } = action.ActionTypeId;
  return {
    name: action.Name,
    category: Category,
    owner: Owner,
    provider: Provider,
    version: Version,
    runOrder: Number(action.RunOrder ?? 1),
    configuration: configurationOf(action.Configuration ?? {}),
    inputArtifacts: (action.InputArtifacts ?? []).map(({ Name }) => Name),
    outputArtifacts: (action.OutputArtifacts ?? []).map(({ Name }) => Name),
    namespace: action.Namespace,
    roleArn: action.RoleArn,
    region: action.Region,
    timeoutInMinutes: action.TimeoutInMinutes === undefined ? undefined : Number(action.TimeoutInMinutes),
  };
}
