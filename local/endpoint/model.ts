import { NormalizedSchema } from '@smithy/core/schema';

/** One operation of a service, as the service's own SDK client describes it. */
export interface Operation {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** REST protocols only. `uri` may carry labels and a fixed query: `/{Key+}?tagging`. */
  readonly http?: { readonly method: string; readonly uri: string; readonly status: number };
}

export type ProtocolName = 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'ec2Query' | 'restJson1' | 'restXml';

/** The part of a service's model that the protocols need. */
export interface Model {
  /** The signing name. */
  readonly service: string;
  readonly protocol: ProtocolName;
  readonly xmlNamespace: string;
  readonly defaultNamespace: string;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Modelled errors by name, with the code and status they have on the wire. */
  readonly errors: ReadonlyMap<string, ModelledError>;
  /**
   * The service used the Query protocol before, and still answers it on request; its errors have their old names in a
   * header.
   */
  readonly queryCompatible: boolean;
  /** Codec of JSON protocols. */
  readonly codec?: Codec;
}

export interface ModelledError {
  readonly code: string;
  readonly status?: number;
  readonly fault: 'Sender' | 'Receiver';
}

/** The SDK's payload codec, with the types it leaves open closed. */
export interface Codec {
  createSerializer(): { write(schema: NormalizedSchema, value: unknown): void; flush(): string | Uint8Array };
  createDeserializer(): { read(schema: NormalizedSchema, data: Uint8Array | string): unknown };
}

/** Configuration of an SDK client (from 3.975 on). */
interface ClientConfig {
  readonly defaultSigningName: string;
  readonly protocol: { getShapeId(): string; getPayloadCodec(): Codec };
  readonly protocolSettings: {
    readonly xmlNamespace?: string;
    readonly defaultNamespace?: string;
    readonly awsQueryCompatible?: boolean;
  };
}
type ClientClass = new (config: object) => { readonly config: ClientConfig };

// Schemas are tuples; the first element is their kind.
const OPERATION = 9;
const ERROR = -3;

/** Reads the model from an SDK client module such as `@aws-sdk/client-ssm`. */
export function modelOf(clientModule: object): Model {
  const { config } = new (clientClass(clientModule))({
    region: 'none',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  });
  const operations = new Map<string, Operation>();
  const errors = new Map<string, ModelledError>();
  for (const exported of Object.values(clientModule)) {
    if (!Array.isArray(exported)) continue;
    if (exported[0] === OPERATION) operations.set(exported[2], operationOf(exported));
    if (exported[0] === ERROR) errors.set(exported[2], errorOf(exported));
  }
  const protocol = config.protocol.getShapeId().split('#')[1] ?? '';
  const namespace = config.protocolSettings.defaultNamespace ?? '';
  return {
    service: config.defaultSigningName,
    protocol: protocol as ProtocolName,
    xmlNamespace: config.protocolSettings.xmlNamespace ?? '',
    defaultNamespace: namespace,
    operations,
    errors,
    queryCompatible: config.protocolSettings.awsQueryCompatible ?? false,
    codec: /json/i.test(protocol) ? config.protocol.getPayloadCodec() : undefined,
  };
}

function clientClass(clientModule: object): ClientClass {
  const found = Object.entries(clientModule).find(([name]) => /^[A-Z]\w*Client$/.test(name));
  if (!found) throw new Error('not an SDK client module: it exports no …Client');
  return found[1] as ClientClass;
}

function operationOf(schema: readonly unknown[]): Operation {
  const [, , name, traits, input, output] = schema as [number, string, string, unknown, SchemaRef, SchemaRef];
  const http = (traits as { http?: [string, string, number] })?.http;
  return {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    ...(http && { http: { method: http[0], uri: http[1], status: http[2] } }),
  };
}

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

function errorOf(schema: readonly unknown[]): ModelledError {
  const traits = NormalizedSchema.of(schema as unknown as SchemaRef).getMergedTraits();
  const query = traits['awsQueryError'] as [code: string, status: number] | undefined;
  return {
    code: query?.[0] ?? String(schema[2]),
    status: query?.[1] ?? (traits['httpError'] as number | undefined),
    fault: traits.error === 'server' ? 'Receiver' : 'Sender',
  };
}
