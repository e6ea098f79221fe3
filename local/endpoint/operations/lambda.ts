import type * as sdk from '@aws-sdk/client-lambda';
import type { Functions } from '../../runtime/lambda/functions';
import type { FunctionRecord } from '../../runtime/lambda/records';
import type { Handlers } from '../handlers';

/** Lambda: functions, and their invocations of all three kinds. */
export function lambdaOperations(functions: Functions): Handlers<typeof sdk> {
  const configuration = (record: FunctionRecord) => describe(record, functions.arn(record.functionName));
  return {
    ListFunctions: () => ({ Functions: functions.list().map(configuration) }),
    GetFunctionConfiguration: ({ FunctionName = '', Qualifier }) =>
      configuration(functions.get(qualified(FunctionName, Qualifier))),
    GetFunction({ FunctionName = '', Qualifier }) {
      const record = functions.get(qualified(FunctionName, Qualifier));
      const { reservedConcurrency } = record;
      return {
        Configuration: configuration(record),
        Code: { RepositoryType: 'S3' },
        Tags: { ...record.tags },
        Concurrency:
          reservedConcurrency === undefined ? undefined : { ReservedConcurrentExecutions: reservedConcurrency },
      };
    },
    async Invoke({ FunctionName = '', Qualifier, InvocationType = 'RequestResponse', LogType, Payload }) {
      const name = qualified(FunctionName, Qualifier);
      const payload = textOf(Payload) || 'null';
      if (InvocationType === 'DryRun') {
        functions.get(name);
        return { StatusCode: 204 };
      }
      if (InvocationType === 'Event') {
        functions.acceptEvent(name, payload);
        return { StatusCode: 202 };
      }
      const { functionError, log, payload: returned } = await functions.invoke(name, payload);
      return {
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        FunctionError: functionError,
        LogResult: LogType === 'Tail' ? tail(log) : undefined,
        Payload: payloadOf(returned),
      };
    },
  };
}

/** Returns the payload as text. The endpoint passes bytes, although the model permits other types. */
function textOf(payload: unknown): string {
  return payload instanceof Uint8Array ? Buffer.from(payload).toString() : String(payload ?? '');
}

/** The SDK's type has a conversion on it that belongs to the client's side. */
function payloadOf(text: string): sdk.InvokeCommandOutput['Payload'] {
  return Buffer.from(text) as Uint8Array as sdk.InvokeCommandOutput['Payload'];
}

function qualified(name: string, qualifier: string | undefined): string {
  return qualifier ? `${name}:${qualifier}` : name;
}

/** The last 4 kB of the log. */
function tail(lines: readonly string[]): string {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''))
    .subarray(-4096)
    .toString('base64');
}

function describe(record: FunctionRecord, arn: string): sdk.FunctionConfiguration {
  return {
    FunctionName: record.functionName,
    FunctionArn: arn,
    Description: record.description ?? '',
    Runtime: record.runtime as sdk.Runtime,
    Role: record.role,
    Handler: record.handler,
    CodeSize: record.code.size,
    CodeSha256: record.code.sha256,
    Timeout: record.timeoutSeconds,
    MemorySize: record.memoryMegabytes,
    LastModified: record.lastModified.replace('Z', '+0000'),
    Version: '$LATEST',
    RevisionId: record.revisionId,
    Environment: Object.keys(record.variables).length > 0 ? { Variables: { ...record.variables } } : undefined,
    Architectures: [...record.architectures] as sdk.Architecture[],
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    LoggingConfig: { LogFormat: 'Text', LogGroup: record.logGroup },
  };
}
