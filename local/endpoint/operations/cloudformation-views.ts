import type * as sdk from '@aws-sdk/client-cloudformation';
import type { TemplateSummary } from '../../engine/requests/template-summary';
import type { StackQueries } from '../../engine/state/queries';
import type { ChangeSetRecord, Deployment, ResourceRecord, StackEvent, StackRecord } from '../../engine/state/records';

/** Converts the engine's records to CloudFormation's answers. */
export function stackView(queries: StackQueries, stack: StackRecord): sdk.Stack {
  const { stackId, stackName, state, statusReason, createdAt, updatedAt, deletedAt, roleArn } = stack;
  const deployment = queries.deployment(stack);
  return {
    StackId: stackId,
    StackName: stackName,
    ChangeSetId: stack.operation.changeSetId,
    Description: deployment?.description,
    Parameters: deployment && parameterViews(deployment),
    CreationTime: new Date(createdAt),
    LastUpdatedTime: dateOf(updatedAt),
    DeletionTime: dateOf(deletedAt),
    RollbackConfiguration: {},
    StackStatus: state.id,
    StackStatusReason: statusReason,
    DisableRollback: 'onFailure' in state && state.onFailure === 'DO_NOTHING',
    NotificationARNs: [],
    Capabilities: deployment?.capabilities as sdk.Capability[] | undefined,
    Outputs: queries.outputs(stack).map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
      ExportName: exportName,
    })),
    RoleARN: roleArn,
    Tags: tagViews(deployment?.tags),
    EnableTerminationProtection: stack.terminationProtection,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

export function stackSummaryView(queries: StackQueries, stack: StackRecord): sdk.StackSummary {
  const {
    StackId,
    StackName,
    CreationTime,
    LastUpdatedTime,
    DeletionTime,
    StackStatus,
    StackStatusReason,
    Description,
  } = stackView(queries, stack);
  return {
    StackId,
    StackName,
    CreationTime,
    LastUpdatedTime,
    DeletionTime,
    StackStatus,
    StackStatusReason,
    TemplateDescription: Description,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

export function eventView(event: StackEvent): sdk.StackEvent {
  return {
    StackId: event.stackId,
    EventId: event.eventId,
    StackName: event.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.resourceType,
    Timestamp: new Date(event.at),
    ResourceStatus: event.status as sdk.ResourceStatus,
    ResourceStatusReason: event.reason,
    ResourceProperties: event.properties,
    ClientRequestToken: event.clientRequestToken,
  };
}

/** As DescribeStackResource gives it; the other two views of a resource are parts of it. */
export function resourceDetailView(stack: StackRecord, record: ResourceRecord): sdk.StackResourceDetail {
  const metadata = record.live?.definition.metadata;
  return {
    StackName: stack.stackName,
    StackId: stack.stackId,
    LogicalResourceId: record.logicalId,
    PhysicalResourceId: record.live?.physicalId ?? record.doomed[0]?.physicalId,
    ResourceType: record.type,
    LastUpdatedTimestamp: new Date(record.updatedAt),
    ResourceStatus: record.status as sdk.ResourceStatus,
    ResourceStatusReason: record.statusReason,
    Metadata: metadata === undefined ? undefined : JSON.stringify(metadata),
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}

export function resourceView(stack: StackRecord, record: ResourceRecord): sdk.StackResource {
  const { LastUpdatedTimestamp, Metadata: _, ...view } = resourceDetailView(stack, record);
  return { ...view, Timestamp: LastUpdatedTimestamp };
}

export function resourceSummaryView(stack: StackRecord, record: ResourceRecord): sdk.StackResourceSummary {
  const { StackName: _, StackId: __, Metadata: ___, ...view } = resourceDetailView(stack, record);
  return view;
}

export function changeSetView(changeSet: ChangeSetRecord): sdk.DescribeChangeSetOutput {
  const { deployment } = changeSet;
  return {
    ...changeSetSummaryView(changeSet),
    Parameters: parameterViews(deployment),
    NotificationARNs: [],
    RollbackConfiguration: {},
    Capabilities: [...deployment.capabilities] as sdk.Capability[],
    Tags: tagViews(deployment.tags),
    IncludeNestedStacks: false,
    Changes: changeSet.changes.map((change) => ({
      Type: 'Resource',
      ResourceChange: {
        PolicyAction: change.policyAction,
        Action: change.action,
        LogicalResourceId: change.logicalId,
        PhysicalResourceId: change.physicalId,
        ResourceType: change.type,
        Replacement: change.replacement,
        Scope: [...change.scope],
        Details: change.details.map(({ target, evaluation, changeSource, causingEntity }) => ({
          Target: { Attribute: target.attribute, Name: target.name, RequiresRecreation: target.requiresRecreation },
          Evaluation: evaluation,
          ChangeSource: changeSource,
          CausingEntity: causingEntity,
        })),
      },
    })),
  };
}

export function changeSetSummaryView(changeSet: ChangeSetRecord): sdk.ChangeSetSummary {
  return {
    ChangeSetName: changeSet.name,
    ChangeSetId: changeSet.id,
    StackId: changeSet.stackId,
    StackName: changeSet.stackName,
    Description: changeSet.description,
    CreationTime: new Date(changeSet.createdAt),
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
  };
}

export function templateSummaryView(summary: TemplateSummary): sdk.GetTemplateSummaryOutput {
  return {
    Description: summary.description,
    Metadata: summary.metadata === undefined ? undefined : JSON.stringify(summary.metadata),
    Version: '2010-09-09',
    ResourceTypes: [...summary.resourceTypes],
    Capabilities: summary.capability && [summary.capability],
    CapabilitiesReason: summary.capabilityReason,
    Parameters: summary.parameters.map((parameter) => ({
      ParameterKey: parameter.name,
      DefaultValue: parameter.default,
      ParameterType: parameter.type,
      NoEcho: parameter.noEcho,
      Description: parameter.description,
      ParameterConstraints: { AllowedValues: parameter.allowedValues && [...parameter.allowedValues] },
    })),
  };
}

/** E25: a NoEcho value is never shown. */
function parameterViews({ parameters }: Deployment): sdk.Parameter[] {
  return parameters.map(({ key, value, resolved, noEcho }) => ({
    ParameterKey: key,
    ParameterValue: noEcho ? '****' : value,
    ResolvedValue: noEcho ? undefined : resolved,
  }));
}

function tagViews(tags: Readonly<Record<string, string>> = {}): sdk.Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
