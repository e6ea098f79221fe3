import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { isAwsError, messageOf } from '../../../kernel/failure';
import type { Objects, StackRequest, StackSummary, Stacks } from '../../../kernel/ports';
import type { Artifact } from '../execution';
import { ActionFailed, type ActionRequest, type ActionResult, type ActionRunner } from './action';

/** A46, J4: states in which `REPLACE_ON_FAILURE` deletes a stack and creates it again. */
const FAILED_STATES = new Set([
  'ROLLBACK_COMPLETE',
  'ROLLBACK_FAILED',
  'CREATE_FAILED',
  'DELETE_FAILED',
  'UPDATE_ROLLBACK_FAILED',
]);

const SUCCEEDED = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE']);

/** One `ActionMode` of the CloudFormation action. */
type Mode = (deployment: Deployment) => Promise<StackSummary | undefined>;

interface Deployment {
  readonly stacks: Stacks;
  readonly stackName: string;
  readonly changeSetName: string;
  readonly request: () => StackRequest;
  readonly action: ActionRequest;
}

const MODES: Record<string, Mode> = {
  /** Creates a missing stack, updates an existing one, and never replaces one (A45). */
  CREATE_UPDATE: async (deployment) => createOrUpdate(deployment),

  /** As CREATE_UPDATE, but a stack in a failed state is deleted first. Never for a stack that carries traffic (A46). */
  async REPLACE_ON_FAILURE(deployment) {
    const { stacks, stackName, action } = deployment;
    const existing = stacks.describe(stackName);
    if (existing && FAILED_STATES.has(existing.status)) {
      action.progress({ summary: `deleting the stack, which is in ${existing.status}` });
      await stacks.delete(stackName, action.principal);
    }
    return createOrUpdate(deployment);
  },

  /** A missing stack is a success. */
  async DELETE_ONLY({ stacks, stackName, action }) {
    if (stacks.describe(stackName)) await stacks.delete(stackName, action.principal);
    return undefined;
  },

  /** A51, A52, J1: a change set without changes is a success. */
  async CHANGE_SET_REPLACE({ stacks, stackName, changeSetName, request }) {
    try {
      stacks.deleteChangeSet(stackName, changeSetName);
    } catch (error) {
      if (!isAwsError(error, 'ChangeSetNotFound', 'ValidationError')) throw error;
    }
    const made = await stacks.createChangeSet({ ...request(), changeSetName });
    const empty = /didn't contain changes/.test(made.statusReason ?? '');
    if (made.status === 'FAILED' && !empty) {
      throw new ActionFailed('JobFailed', `Failed to create change set: ${made.statusReason ?? made.status}`);
    }
    return stacks.describe(stackName);
  },

  async CHANGE_SET_EXECUTE({ stacks, stackName, changeSetName, action }) {
    try {
      return await stacks.executeChangeSet(stackName, changeSetName, action.principal);
    } catch (error) {
      if (isAwsError(error, 'InvalidChangeSetStatus') && /\[FAILED\]/.test(error.message))
        return stacks.describe(stackName);
      throw error;
    }
  },
};

/** Deploys a stack from a template in an artifact; the stack's outputs become the action's variables (A26). */
export function cloudFormationDeploy(stacks: Stacks, objects: Objects): ActionRunner {
  return async (action) => {
    const { configuration } = action;
    const mode = MODES[configuration['ActionMode'] ?? ''];
    if (!mode)
      throw new ActionFailed(
        'ConfigurationError',
        `ActionMode ${configuration['ActionMode']} is not supported by the local runtime.`,
      );
    const stackName = configuration['StackName'] ?? '';
    const changeSetName = configuration['ChangeSetName'] ?? '';
    const request = () => stackRequest(action, objects);
    const summary = await mode({ stacks, stackName, changeSetName, request, action });
    return finish(action, { summary, stacks, objects });
  };
}

async function createOrUpdate({ stacks, stackName, request, action }: Deployment): Promise<StackSummary | undefined> {
  const existing = stacks.describe(stackName);
  if (!existing || existing.status === 'REVIEW_IN_PROGRESS') return stacks.create(request());
  try {
    return await stacks.update(request());
  } catch (error) {
    if (!isAwsError(error, 'ValidationError') || !/No updates are to be performed/.test(error.message)) throw error;
    action.progress({ summary: 'no changes' });
    return stacks.describe(stackName);
  }
}

function finish(
  { configuration, outputs: artifacts }: ActionRequest,
  { summary, stacks, objects }: { summary: StackSummary | undefined; stacks: Stacks; objects: Objects },
): ActionResult {
  if (!summary) return {};
  const planned = configuration['ActionMode'] === 'CHANGE_SET_REPLACE';
  if (!planned && !SUCCEEDED.has(summary.status)) {
    const reason = stacks.firstFailure(summary.stackName) ?? summary.statusReason ?? 'No reason was provided';
    const verb = configuration['ActionMode'] === 'CHANGE_SET_EXECUTE' ? 'execute change set' : 'deploy the stack';
    // A50, A54: CodePipeline puts the first failed resource into the message.
    throw new ActionFailed(
      'JobFailed',
      `Failed to ${verb}. Current stack status: ${summary.status}. Reason: ${reason}`,
      { externalId: summary.stackId },
    );
  }
  const [artifact] = artifacts;
  const file = configuration['OutputFileName'];
  if (artifact && file) {
    objects.write(artifact.bucket, artifact.key, zipSync({ [file]: strToU8(JSON.stringify(summary.outputs)) }));
  }
  return {
    summary: `${summary.stackName} ${summary.status}`,
    externalId: summary.stackId,
    outputVariables: summary.outputs,
  };
}

function stackRequest(action: ActionRequest, objects: Objects): StackRequest {
  const { configuration } = action;
  const read = fileReader(action, objects);
  const { TemplatePath = '', TemplateConfiguration, StackName = '', Capabilities, RoleArn } = configuration;
  const settings = TemplateConfiguration ? json(read(TemplateConfiguration), TemplateConfiguration) : {};
  const overrides = parameterOverrides(action, read);
  if (settings['StackPolicy'])
    throw new ActionFailed(
      'ConfigurationError',
      'StackPolicy of a template configuration is not supported by the local runtime.',
    );
  const parameters = { ...(settings['Parameters'] as Record<string, string> | undefined), ...overrides };
  return {
    stackName: StackName,
    templateBody: read(TemplatePath),
    parameters: Object.entries(parameters).map(([key, value]) => ({ key, value })),
    tags: settings['Tags'] as Record<string, string> | undefined,
    capabilities: Capabilities?.split(','),
    roleArn: RoleArn,
    principal: action.principal,
  };
}

/** A48: a JSON object, whose values may be functions of an input artifact. */
function parameterOverrides(
  { configuration, inputs }: ActionRequest,
  read: (path: string) => string,
): Record<string, string> {
  const text = configuration['ParameterOverrides'];
  if (!text) return {};
  const overrides = json(text, 'ParameterOverrides');
  return Object.fromEntries(
    Object.entries(overrides).map(([key, value]) => [key, parameterValue(value, { key, inputs, read })]),
  );
}

function parameterValue(
  value: unknown,
  { key, inputs, read }: { key: string; inputs: readonly Artifact[]; read: (path: string) => string },
): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.join(',');
  const [[name, argument] = ['', []]] = Object.entries((value ?? {}) as Record<string, string[]>);
  const [artifact = '', ...rest] = argument ?? [];
  if (name === 'Fn::GetParam') {
    const [file = '', member = ''] = rest;
    const found = json(read(`${artifact}::${file}`), file)[member];
    if (found === undefined)
      throw new ActionFailed('ConfigurationError', `ParameterOverrides.${key}: ${artifact}::${file} has no ${member}`);
    return String(found);
  }
  if (name === 'Fn::GetArtifactAtt') {
    const { bucket, key: objectKey } = inputNamed(inputs, artifact);
    const attributes: Record<string, string> = { BucketName: bucket, ObjectKey: objectKey };
    const found = attributes[rest[0] ?? ''];
    if (found === undefined)
      throw new ActionFailed(
        'ConfigurationError',
        `ParameterOverrides.${key}: Fn::GetArtifactAtt ${rest[0]} is not supported by the local runtime.`,
      );
    return found;
  }
  throw new ActionFailed(
    'ConfigurationError',
    `ParameterOverrides.${key} must be a string, a list or a function of an artifact`,
  );
}

/** Reads `Artifact::path` from the action's inputs. */
function fileReader({ inputs }: ActionRequest, objects: Objects): (path: string) => string {
  return (path) => {
    const [name = '', file = ''] = path.split('::');
    const { bucket, key } = inputNamed(inputs, name);
    const files = unzipSync(objects.read(bucket, key), { filter: (entry) => entry.name === file });
    const found = files[file];
    if (!found) throw new ActionFailed('ConfigurationError', `File ${file} not found in artifact ${name}`);
    return strFromU8(found);
  };
}

function inputNamed(inputs: readonly Artifact[], name: string): Artifact {
  const input = inputs.find((candidate) => candidate.name === name);
  if (!input) throw new ActionFailed('ConfigurationError', `Artifact ${name} is not an input artifact of the action`);
  return input;
}

function json(text: string, what: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new ActionFailed('ConfigurationError', `${what} is not valid JSON: ${messageOf(error)}`);
  }
}
