import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import { AwsError, NotSupportedLocally, UserMistake } from '../../kernel/failure';
import type { Objects } from '../../kernel/ports';
import type { Collection, Store } from '../../kernel/store';
import { checkName, checkVersion, highestMatch, isAmazonManaged, resourceArn } from './arns';
import { type ComponentDocument, componentType } from './document/document';
import { mistakeWords, parseDocument } from './document/parse';
import type { ComponentRecord, Tags } from './records';
import { alreadyExists, notFound, notValid } from './refusals';

export interface CreateComponent {
  readonly name: string;
  readonly semanticVersion: string;
  readonly platform: string;
  /** Exactly one of `data` and `uri`. */
  readonly data?: string;
  readonly uri?: string;
  readonly description?: string;
  readonly changeDescription?: string;
  readonly supportedOsVersions?: readonly string[];
  readonly kmsKeyId?: string;
  readonly tags?: Tags;
}

const LONGEST_DATA = 16_000;
const LONGEST_FROM_S3 = 65_536;

/** Components: a document under a name and a version, never changed once made (D22). */
export class Components {
  private readonly components: Collection<ComponentRecord>;

  constructor(private readonly options: { scope: Scope; store: Store; clock: Clock; objects: Objects }) {
    this.components = options.store.collection('imagebuilder.components');
  }

  /**
   * A version's other data is its next build, and the same data is refused with `ResourceAlreadyExistsException` (D22). A
   * document that could not run is refused with `InvalidParameterValueException`.
   */
  create(request: CreateComponent): ComponentRecord {
    const component = this.checked(request);
    this.components.put(component.arn, component);
    return component;
  }

  /** The component that `create` would make. Throws as it does. */
  checked(request: CreateComponent): ComponentRecord {
    const {
      name,
      semanticVersion: version,
      platform,
      data: _data,
      uri: _uri,
      semanticVersion: _version,
      ...rest
    } = request;
    checkName(name);
    checkVersion(version);
    if (platform !== 'Linux') throw new NotSupportedLocally(`A component for ${platform}`);
    const data = this.read(request);
    const ofVersion = (build: number) => resourceArn(this.options.scope, 'component', name, version, build);
    let build = 1;
    for (let before = this.components.get(ofVersion(1)); before; before = this.components.get(ofVersion(build))) {
      if (before.data === data) throw alreadyExists('Component', before.arn);
      build++;
    }
    const arn = ofVersion(build);
    const document = readDocument(data);
    return {
      ...rest,
      arn,
      name,
      version,
      platform,
      type: componentType(document),
      data,
      parameters: document.parameters.map((parameter) => ({
        name: parameter.name,
        type: 'string',
        ...(parameter.default === undefined ? {} : { defaultValue: [parameter.default] }),
        ...(parameter.description ? { description: parameter.description } : {}),
      })),
      dateCreated: this.options.clock.now().toISOString(),
      tags: request.tags ?? {},
    };
  }

  /** By a build version's ARN, or a version's, which may have `x` (D23). Amazon's components are refused by name. */
  get(reference: string): ComponentRecord {
    const component = this.find(reference);
    if (component) return component;
    if (isAmazonManaged(reference)) {
      throw new NotSupportedLocally(
        `The Amazon-managed component ${reference}`,
        'write its steps as a component of your own',
      );
    }
    throw notFound('Component', reference);
  }

  find(reference: string): ComponentRecord | undefined {
    const arns = this.components.entries().map(([arn]) => arn);
    const arn = highestMatch(reference, arns);
    return arn ? this.components.get(arn) : undefined;
  }

  list(): ComponentRecord[] {
    return this.components.values();
  }

  put(component: ComponentRecord): void {
    this.components.put(component.arn, component);
  }

  delete(arn: string): void {
    if (!this.components.get(arn)) throw notFound('Component', arn);
    this.components.delete(arn);
  }

  private read({ data, uri }: CreateComponent): string {
    if ((data === undefined) === (uri === undefined)) {
      throw new AwsError(
        'InvalidParameterCombinationException',
        "Exactly one of the parameters 'data' and 'uri' must be given.",
      );
    }
    if (data !== undefined) {
      if (data.length > LONGEST_DATA) throw notValid('data', `It must have at most ${LONGEST_DATA} characters.`);
      return data;
    }
    const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri ?? '') ?? [];
    if (!key) throw notValid('uri', "It must be 's3://bucket/key'.");
    const text = this.options.objects.read(bucket, key).toString('utf8');
    if (text.length > LONGEST_FROM_S3)
      throw notValid('uri', `The document must have at most ${LONGEST_FROM_S3} bytes.`);
    return text;
  }
}

/** Parses the document in `data`. Throws `InvalidParameterValueException` with the place of the mistake. */
export function readDocument(data: string): ComponentDocument {
  try {
    return parseDocument(data);
  } catch (error) {
    if (error instanceof UserMistake) throw notValid('data', mistakeWords(error));
    throw error;
  }
}
