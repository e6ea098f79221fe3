import type { Provider, ProviderContext } from '../engine/provider';
import { messageOf } from '../kernel/failure';
import { type FunctionSpec, type Functions, refuseRuntime } from '../runtime/lambda/functions';
import { resourceTags, type TagList } from './resource-tags';

interface Properties {
  FunctionName?: string;
  Description?: string;
  Code: { S3Bucket?: string; S3Key?: string; S3ObjectVersion?: string; [other: string]: unknown };
  Handler?: string;
  Runtime?: string;
  Role: string;
  Timeout?: number | string;
  MemorySize?: number | string;
  Environment?: { Variables?: Record<string, string | number | boolean> };
  Architectures?: string[];
  LoggingConfig?: { LogGroup?: string; LogFormat?: string; [other: string]: unknown };
  ReservedConcurrentExecutions?: number | string;
  PackageType?: string;
  EphemeralStorage?: { Size: number | string };
  TracingConfig?: { Mode: string };
  RecursiveLoop?: string;
  Tags?: TagList;
}

/** Functions of Node.js from archives in S3. Each environment is a process of this machine's own Node.js. */
export function lambdaFunction(functions: Functions): Provider<Properties> {
  const provided = (name: string) => ({ physicalId: name, attributes: { Arn: functions.arn(name) } });
  return {
    type: 'AWS::Lambda::Function',
    fidelity: 'real',
    properties: {
      FunctionName: 'real',
      Description: 'record',
      Code: 'real',
      Handler: 'real',
      Runtime: 'real',
      Role: 'real',
      Timeout: 'real',
      MemorySize: 'real',
      Environment: 'real',
      Architectures: 'record',
      LoggingConfig: 'real',
      ReservedConcurrentExecutions: 'real',
      PackageType: 'real',
      EphemeralStorage: 'record',
      TracingConfig: 'record',
      RecursiveLoop: 'record',
      Tags: 'record',
    },
    required: ['Code', 'Role'],
    createOnly: ['FunctionName', 'PackageType'],
    attributes: ['Arn'],
    note: 'Runtimes nodejs20.x, 22.x and 24.x, all on this machine’s own Node.js. The memory size limits the JavaScript heap. Processes are not frozen between invocations.',
    refuse,

    async create(ctx, properties) {
      const name = properties.FunctionName ?? ctx.physicalName({ length: 64 });
      await functions.create(specOf(ctx, name, properties));
      ctx.created(name);
      return provided(name);
    },
    async update(ctx, { physicalId }, next) {
      await functions.update(specOf(ctx, physicalId, next));
      return provided(physicalId);
    },
    async delete(_ctx, { physicalId }) {
      functions.delete(physicalId);
    },
  };
}

function refuse({ Code, Runtime, LoggingConfig, PackageType }: Partial<Properties>): string[] {
  const code = Object.keys(Code ?? {}).filter((name) => !['S3Bucket', 'S3Key', 'S3ObjectVersion'].includes(name));
  const logging = Object.keys(LoggingConfig ?? {}).filter((name) => !['LogGroup', 'LogFormat'].includes(name));
  const local = 'is not supported by the local runtime';
  return [
    ...code.map((name) => `Code.${name}: ${local}, which reads archives from S3`),
    ...logging.map((name) => `LoggingConfig.${name}: ${local}`),
    ...(LoggingConfig?.LogFormat === 'JSON' ? [`LoggingConfig.LogFormat: JSON ${local}`] : []),
    ...(PackageType === 'Image' ? [`PackageType: Image ${local}`] : []),
    ...(typeof Runtime === 'string' ? refusedRuntime(Runtime) : []),
  ];
}

function refusedRuntime(runtime: string): string[] {
  try {
    refuseRuntime(runtime);
    return [];
  } catch (error) {
    return [`Runtime: ${messageOf(error)}`];
  }
}

function specOf(ctx: ProviderContext, functionName: string, properties: Properties): FunctionSpec {
  const { Code, Environment, ReservedConcurrentExecutions: reserved, LoggingConfig } = properties;
  const variables = Object.entries(Environment?.Variables ?? {}).map(([name, value]) => [name, String(value)]);
  return {
    functionName,
    description: properties.Description,
    role: properties.Role,
    runtime: properties.Runtime ?? '',
    handler: properties.Handler ?? '',
    timeoutSeconds: Number(properties.Timeout ?? 3),
    memoryMegabytes: Number(properties.MemorySize ?? 128),
    variables: Object.fromEntries(variables),
    architectures: properties.Architectures ?? ['x86_64'],
    logGroup: LoggingConfig?.LogGroup,
    reservedConcurrency: reserved === undefined ? undefined : Number(reserved),
    tags: resourceTags(ctx, properties.Tags),
    code: { bucket: Code.S3Bucket ?? '', key: Code.S3Key ?? '', versionId: Code.S3ObjectVersion },
  };
}
