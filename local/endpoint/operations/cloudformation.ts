import type * as sdk from '@aws-sdk/client-cloudformation';
import type { StackEngine } from '../../engine/engine';
import type { ResourceRecord, StackRecord } from '../../engine/state/records';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { Objects } from '../../kernel/ports';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { changeSetRequest, operationRequest, refuseUnhonoured, templateOf } from './cloudformation-requests';
import {
  changeSetSummaryView,
  changeSetView,
  eventView,
  resourceDetailView,
  resourceSummaryView,
  resourceView,
  stackSummaryView,
  stackView,
  templateSummaryView,
} from './cloudformation-views';

type CloudFormation = Handlers<typeof sdk>;

/** CloudFormation's operations. Templates named by URL are read through `objects`. */
export function cloudFormationOperations(engine: StackEngine, objects: Objects): CloudFormation {
  return {
    ...changing(engine, objects),
    ...failing(engine),
    ...changeSets(engine, objects),
    ...describing(engine),
    ...listing(engine),
    ...templates(engine, objects),
  };
}

function changing(engine: StackEngine, objects: Objects): CloudFormation {
  return {
    CreateStack(input, { principal }) {
      refuseUnhonoured('CreateStack', input);
      return { StackId: engine.startCreate(operationRequest({ engine, objects, principal }, input)).stackId };
    },
    UpdateStack(input, { principal }) {
      refuseUnhonoured('UpdateStack', input);
      return { StackId: engine.startUpdate(operationRequest({ engine, objects, principal }, input)).stackId };
    },
    DeleteStack(input, { principal }) {
      refuseUnhonoured('DeleteStack', input);
      if (input.DeletionMode === 'FORCE_DELETE_STACK') {
        throw new NotSupportedLocally('DeletionMode FORCE_DELETE_STACK of DeleteStack');
      }
      engine.startDelete({
        stackName: input.StackName ?? '',
        retain: input.RetainResources,
        roleArn: input.RoleARN,
        clientRequestToken: input.ClientRequestToken,
        principal,
      });
      return {};
    },
    UpdateTerminationProtection: ({ StackName = '', EnableTerminationProtection = false }) => ({
      StackId: engine.setTerminationProtection(StackName, EnableTerminationProtection),
    }),
    SignalResource({ StackName = '', LogicalResourceId = '', UniqueId = '', Status }) {
      if (UniqueId.length < 1 || UniqueId.length > 64 || (Status !== 'SUCCESS' && Status !== 'FAILURE')) {
        throw new AwsError(
          'ValidationError',
          'UniqueId must have 1 to 64 characters, and Status be SUCCESS or FAILURE.',
        );
      }
      engine.signal({ stackName: StackName, logicalId: LogicalResourceId, uniqueId: UniqueId, status: Status });
      return {};
    },
  };
}

/** Operations on a stack after a failure (E3–E5). */
function failing(engine: StackEngine): CloudFormation {
  return {
    CancelUpdateStack({ StackName = '' }) {
      engine.cancelUpdate(StackName);
      return {};
    },
    ContinueUpdateRollback(input, { principal }) {
      engine.startContinuation({
        stackName: input.StackName ?? '',
        skip: input.ResourcesToSkip,
        roleArn: input.RoleARN,
        clientRequestToken: input.ClientRequestToken,
        principal,
      });
      return {};
    },
    RollbackStack(input, { principal }) {
      refuseUnhonoured('RollbackStack', input);
      const { StackName: stackName = '', RoleARN: roleArn, ClientRequestToken: clientRequestToken } = input;
      return { StackId: engine.startRollback({ stackName, roleArn, clientRequestToken, principal }).stackId };
    },
  };
}

function changeSets(engine: StackEngine, objects: Objects): CloudFormation {
  const { queries } = engine;
  return {
    CreateChangeSet(input, { principal }) {
      refuseUnhonoured('CreateChangeSet', input);
      const { id, stackId } = engine.storeChangeSet(changeSetRequest({ engine, objects, principal }, input));
      return { Id: id, StackId: stackId };
    },
    DescribeChangeSet({ StackName: stackName, ChangeSetName: changeSetName = '', NextToken }) {
      const view = changeSetView(queries.changeSet({ stackName, changeSetName }));
      const { items, next } = pageOf(view.Changes ?? [], { token: NextToken }, 100);
      return { ...view, Changes: items, NextToken: next };
    },
    ListChangeSets({ StackName = '', NextToken }) {
      const { items, next } = pageOf(queries.changeSets(StackName), { token: NextToken }, 100);
      return { Summaries: items.map(changeSetSummaryView), NextToken: next };
    },
    ExecuteChangeSet(input, { principal }) {
      refuseUnhonoured('ExecuteChangeSet', input);
      engine.startExecution({
        stackName: input.StackName,
        changeSetName: input.ChangeSetName ?? '',
        clientRequestToken: input.ClientRequestToken,
        onFailure: input.DisableRollback ? 'DO_NOTHING' : undefined,
        principal,
      });
      return {};
    },
    DeleteChangeSet({ StackName, ChangeSetName = '' }) {
      engine.deleteChangeSet(StackName, ChangeSetName);
      return {};
    },
  };
}

function describing({ queries }: StackEngine): CloudFormation {
  return {
    DescribeStacks({ StackName, NextToken }) {
      if (StackName) return { Stacks: [stackView(queries, queries.stack(StackName))] };
      const standing = queries.stacks().filter(({ state }) => state.id !== 'DELETE_COMPLETE');
      const { items, next } = pageOf(standing, { token: NextToken }, 100);
      return { Stacks: items.map((stack) => stackView(queries, stack)), NextToken: next };
    },
    /** The newest first. */
    DescribeStackEvents({ StackName = '', NextToken }) {
      const { items, next } = pageOf(queries.events(StackName).toReversed(), { token: NextToken }, 100);
      return { StackEvents: items.map(eventView), NextToken: next };
    },
    DescribeStackResource({ StackName = '', LogicalResourceId = '' }) {
      const records = queries.resources(StackName);
      const stack = queries.stack(StackName);
      const record = records.find(({ logicalId }) => logicalId === LogicalResourceId);
      if (!record) throw noSuchResource(LogicalResourceId, stack);
      return { StackResourceDetail: resourceDetailView(stack, record) };
    },
    DescribeStackResources({ StackName, LogicalResourceId, PhysicalResourceId }) {
      const stack = StackName ? queries.stack(StackName) : queries.ownerOf(PhysicalResourceId ?? '');
      const isWanted = ({ logicalId }: ResourceRecord) => !LogicalResourceId || logicalId === LogicalResourceId;
      const records = queries.resources(stack.stackId).filter(isWanted);
      if (LogicalResourceId && records.length === 0) throw noSuchResource(LogicalResourceId, stack);
      return { StackResources: records.map((record) => resourceView(stack, record)) };
    },
  };
}

function listing({ queries }: StackEngine): CloudFormation {
  return {
    ListStacks({ StackStatusFilter, NextToken }) {
      const wanted = queries.stacks().filter(({ state }) => StackStatusFilter?.includes(state.id) ?? true);
      const { items, next } = pageOf(wanted, { token: NextToken }, 100);
      return { StackSummaries: items.map((stack) => stackSummaryView(queries, stack)), NextToken: next };
    },
    ListStackResources({ StackName = '', NextToken }) {
      const records = queries.resources(StackName);
      const stack = queries.stack(StackName);
      const { items, next } = pageOf(records, { token: NextToken }, 100);
      return { StackResourceSummaries: items.map((record) => resourceSummaryView(stack, record)), NextToken: next };
    },
    ListExports({ NextToken }) {
      const { items, next } = pageOf(queries.exports(), { token: NextToken }, 100);
      return {
        Exports: items.map(({ name, value, stackId }) => ({ Name: name, Value: value, ExportingStackId: stackId })),
        NextToken: next,
      };
    },
    ListImports({ ExportName = '', NextToken }) {
      const importers = queries.importers(ExportName);
      if (importers.length === 0) {
        throw new AwsError('ValidationError', `Export '${ExportName}' is not imported by any stack.`);
      }
      const { items, next } = pageOf(importers, { token: NextToken }, 100);
      return { Imports: items, NextToken: next };
    },
  };
}

function templates(engine: StackEngine, objects: Objects): CloudFormation {
  const { queries } = engine;
  return {
    GetTemplate({ StackName, ChangeSetName }) {
      if (ChangeSetName) {
        const { deployment } = queries.changeSet({ stackName: StackName, changeSetName: ChangeSetName });
        return { TemplateBody: deployment.templateText, StagesAvailable: ['Original', 'Processed'] };
      }
      const deployment = queries.deployment(queries.stack(StackName ?? ''));
      return { TemplateBody: deployment?.templateText, StagesAvailable: ['Original', 'Processed'] };
    },
    GetTemplateSummary({ StackName, TemplateBody, TemplateURL }) {
      const source = { StackName, TemplateBody, TemplateURL, UsePreviousTemplate: StackName !== undefined };
      return templateSummaryView(queries.summarize(templateOf({ engine, objects }, source).templateBody));
    },
    ValidateTemplate(input) {
      const { Description, Capabilities, CapabilitiesReason, Parameters } = templateSummaryView(
        queries.summarize(templateOf({ engine, objects }, input).templateBody),
      );
      return {
        Description,
        Capabilities,
        CapabilitiesReason,
        Parameters: Parameters?.map(({ ParameterKey, DefaultValue, NoEcho, Description: about }) => ({
          ParameterKey,
          DefaultValue,
          NoEcho,
          Description: about,
        })),
      };
    },
    /** There are none: requests that bring one are refused. */
    GetStackPolicy: () => ({}),
  };
}

function noSuchResource(logicalId: string, { stackName }: StackRecord): AwsError {
  return new AwsError('ValidationError', `Resource ${logicalId} does not exist for stack ${stackName}`);
}
