import type * as sdk from '@aws-sdk/client-cloudformation';
import type { StackEngine } from '../../engine/engine';
import type { ChangeSetRequest, OperationRequest } from '../../engine/requests/request';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { Objects } from '../../kernel/ports';
import type { Principal } from '../../kernel/principal';
import { oneOf } from '../constraints';
import { decodePath } from '../decode';

/** Source of the engine's requests: the input, its principal, and the store of templates. */
export interface Reading {
  readonly engine: StackEngine;
  readonly objects: Objects;
  readonly principal: Principal;
}

type Input = sdk.CreateStackInput & sdk.UpdateStackInput;

/** Parameters that would change an operation, and that are not supported here. Each is refused if its check holds. */
const REFUSED: Readonly<Record<string, (value: unknown) => boolean>> = {
  DeploymentConfig: (value) => (value as sdk.DeploymentConfig).Mode === 'EXPRESS',
  DeploymentMode: (value) => value !== undefined,
  NotificationARNs: (value) => (value as string[]).length > 0,
  ResourceTypes: (value) => (value as string[]).length > 0,
  ResourcesToImport: (value) => (value as unknown[]).length > 0,
  RetainExceptOnCreate: Boolean,
  RollbackConfiguration: (value) => ((value as sdk.RollbackConfiguration).RollbackTriggers ?? []).length > 0,
  StackPolicyBody: Boolean,
  StackPolicyDuringUpdateBody: Boolean,
  StackPolicyDuringUpdateURL: Boolean,
  StackPolicyURL: Boolean,
  TimeoutInMinutes: (value) => value !== undefined,
};

/** Refuses unsupported parameters of `input`. */
export function refuseUnhonoured(operation: string, input: object): void {
  for (const [name, value] of Object.entries(input)) {
    if (value !== undefined && value !== null && REFUSED[name]?.(value)) {
      throw new NotSupportedLocally(`${name} of ${operation}`);
    }
  }
}

/** The engine's request for a create or update. */
export function operationRequest(reading: Reading, input: Input): OperationRequest {
  checkOnFailure('onFailure', input.OnFailure);
  if (input.OnFailure && input.DisableRollback !== undefined) {
    throw new AwsError(
      'ValidationError',
      'You may specify either the OnFailure or the DisableRollback parameter, but not both.',
    );
  }
  return {
    ...templateOf(reading, input),
    ...common(reading.principal, input),
    clientRequestToken: input.ClientRequestToken,
    onFailure: input.DisableRollback ? 'DO_NOTHING' : input.OnFailure,
    terminationProtection: input.EnableTerminationProtection,
  };
}

export function changeSetRequest(reading: Reading, input: sdk.CreateChangeSetInput): ChangeSetRequest {
  const types = ['IMPORT', 'CREATE', 'UPDATE'];
  oneOf(types, { member: 'changeSetType', value: input.ChangeSetType, code: 'ValidationError' });
  checkOnFailure('onStackFailure', input.OnStackFailure);
  if (input.ChangeSetType === 'IMPORT') throw new NotSupportedLocally('ChangeSetType IMPORT of CreateChangeSet');
  return {
    ...templateOf(reading, input),
    ...common(reading.principal, input),
    clientRequestToken: input.ClientToken,
    onFailure: input.OnStackFailure,
    changeSetName: input.ChangeSetName ?? '',
    changeSetType: input.ChangeSetType ?? 'UPDATE',
    description: input.Description,
  };
}

function checkOnFailure(member: string, value: string | undefined): void {
  oneOf(['DELETE', 'DO_NOTHING', 'ROLLBACK'], { member, value, code: 'ValidationError' });
}

function common(
  principal: Principal,
  input: Pick<Input, 'StackName' | 'Parameters' | 'Tags' | 'Capabilities' | 'RoleARN'>,
) {
  return {
    principal,
    stackName: input.StackName ?? '',
    parameters: (input.Parameters ?? []).map(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => ({
      key: ParameterKey,
      value: ParameterValue,
      previous: UsePreviousValue,
    })),
    tags: input.Tags && Object.fromEntries(input.Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    capabilities: input.Capabilities,
    roleArn: input.RoleARN,
  };
}

interface TemplateInput {
  readonly StackName?: string | undefined;
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
  readonly UsePreviousTemplate?: boolean | undefined;
}

/** Returns the template's text, from the request, from S3, or from the current stack. */
export function templateOf(
  { engine, objects }: Pick<Reading, 'engine' | 'objects'>,
  { StackName = '', TemplateBody, TemplateURL, UsePreviousTemplate }: TemplateInput,
): { templateBody: string; templateSource: 'inline' | 's3' } {
  if ([TemplateBody, TemplateURL, UsePreviousTemplate || undefined].filter((given) => given !== undefined).length > 1) {
    throw new AwsError(
      'ValidationError',
      'Only one of TemplateBody, TemplateURL and UsePreviousTemplate may be specified.',
    );
  }
  if (TemplateURL !== undefined) return { templateBody: templateAt(objects, TemplateURL), templateSource: 's3' };
  if (TemplateBody !== undefined) return { templateBody: TemplateBody, templateSource: 'inline' };
  if (!UsePreviousTemplate) {
    throw new AwsError('ValidationError', 'Either Template URL or Template Body must be specified.');
  }
  const previous = engine.queries.deployment(engine.queries.stack(StackName));
  if (!previous) throw new AwsError('ValidationError', `Stack [${StackName}] has no template`);
  return { templateBody: previous.templateText, templateSource: 's3' };
}

/**
 * Reads the object of `url`: `https://BUCKET.s3.REGION.HOST/KEY`, `https://s3.REGION.HOST/BUCKET/KEY`, or this
 * machine's endpoint with the bucket as the first part of the path. It reads from this machine's S3 and ignores the
 * host.
 */
function templateAt(objects: Objects, url: string): string {
  const refused = new AwsError(
    'ValidationError',
    `TemplateURL must reference a valid S3 object to which you have access: ${url}`,
  );
  if (!URL.canParse(url)) throw refused;
  const { hostname, pathname } = new URL(url);
  const path = decodePath(pathname.slice(1));
  const [, virtual] = /^(.+)\.s3[.-]/.exec(hostname) ?? [];
  const [bucket = '', ...key] = virtual ? [virtual, path] : path.split('/');
  try {
    return objects.read(bucket, key.join('/')).toString('utf8');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw refused;
  }
}
