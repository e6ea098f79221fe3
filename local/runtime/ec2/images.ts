import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { Collection } from '../../kernel/store';
import type { Ec2Options } from './options';
import type { ImageRecord, Tags } from './records';
import { checkTags } from './tags';

export interface NewImage {
  readonly name: string;
  readonly description?: string;
  /** Directories, nearest first. */
  readonly layers: readonly string[];
  readonly architecture: string;
  readonly tags: Tags;
  readonly rootDeviceName?: string;
  /** Region in which it can be launched, if not the own region: a copy. */
  readonly region?: string;
  /** Further accounts that may launch it. */
  readonly sharedWith?: readonly string[];
}

/** Id of the image that represents this machine's root, below all images that are baked here. */
export const THIS_MACHINE = 'ami-00000000000000000';

/** `arn:aws:imagebuilder:REGION:aws:image/amazon-linux-2023-arm64/x.x.x` */
const MANAGED = /^arn:[\w-]+:imagebuilder:[\w-]+:aws:image\/([\w-]+)\//;

/** Names under which AWS publishes its images and others' as parameters. */
const PUBLISHED = /^\/aws\/service\/(ami-amazon-linux-latest|canonical|debian|suse|bottlerocket|ecs|eks)\//;

/**
 * AMIs: layers of files with a name. They are visible in their region, to their owner and the accounts with which it
 * shares them.
 */
export class Images {
  private readonly images: Collection<ImageRecord>;
  private readonly stated = new Set<string>();

  constructor(private readonly options: Ec2Options) {
    this.images = (options.imageStore ?? options.store).collection('ec2.images');
  }

  /** Returns the new AMI's id. Durable when it returns. */
  registerImage(image: NewImage): string {
    const { clock, ids, scope } = this.options;
    const region = image.region ?? scope.region;
    checkTags(image.tags);
    const taken = this.available().find(
      (other) => other.name === image.name && other.account === scope.account && other.region === region,
    );
    if (taken) {
      throw new AwsError('InvalidAMIName.Duplicate', `AMI name ${image.name} is already in use by AMI ${taken.id}`);
    }
    const record: ImageRecord = {
      ...image,
      id: ids.ec2('ami'),
      rootDeviceName: image.rootDeviceName ?? '/dev/xvda',
      createdAt: clock.now().toISOString(),
      account: scope.account,
      region,
      sharedWith: image.sharedWith ?? [],
      owner: 'self',
      state: 'available',
    };
    this.images.put(record.id, record);
    if (region === scope.region) this.announce(record.id, 'available');
    return record.id;
  }

  /** Throws `InvalidAMIID.NotFound` (G5). */
  get(id: string): ImageRecord {
    const image = this.find(id);
    if (image) return image;
    const known = /^ami-[0-9a-f]{8,17}$/.test(id);
    throw known
      ? new AwsError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`)
      : new AwsError('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`);
  }

  find(id: string): ImageRecord | undefined {
    if (id === THIS_MACHINE) return this.thisMachine();
    const image = this.images.get(id);
    return image?.state === 'available' ? this.seen(image) : undefined;
  }

  /** Those that can be launched, oldest first. */
  list(): ImageRecord[] {
    const seen = this.available().flatMap((image) => this.seen(image) ?? []);
    return [this.thisMachine(), ...seen].sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  }

  /** Lets further accounts launch it, or no longer. */
  share(id: string, { add = [], remove = [] }: { add?: readonly string[]; remove?: readonly string[] }): void {
    const image = this.own(id);
    const accounts = new Set([...image.sharedWith, ...add]);
    for (const account of remove) accounts.delete(account);
    this.images.put(id, { ...image, sharedWith: [...accounts] });
  }

  /** Assigns images of an older state format, without account and region, to this scope. */
  recover(): void {
    const { account, region } = this.options.scope;
    for (const image of this.images.values()) {
      if (image.account === undefined) this.images.put(image.id, { ...image, account, region, sharedWith: [] });
    }
  }

  setTags(id: string, tags: Tags): void {
    const image = this.own(id);
    checkTags(tags);
    this.images.put(id, { ...image, tags });
  }

  /** Running instances continue; launches fail from now on (G5). */
  deregister(id: string): void {
    this.images.put(id, { ...this.own(id), state: 'deregistered' });
    this.announce(id, 'deregistered');
  }

  /** Returns layers that no image needs and that are not in `used`; their deregistered images are forgotten. */
  takeUnusedLayers(used: ReadonlySet<string>): string[] {
    const kept = new Set([...used, ...this.available().flatMap(({ layers }) => layers)]);
    const gone = this.images
      .values()
      .filter(({ state, layers }) => state === 'deregistered' && !layers.some((layer) => used.has(layer)));
    for (const { id } of gone) this.images.delete(id);
    return [...new Set(gone.flatMap(({ layers }) => layers))].filter((layer) => !kept.has(layer));
  }

  /**
   * Returns the parent image of a recipe: an AMI's id, `ssm:` and a parameter's name, or the ARN of an image that Image
   * Builder manages. This machine's root represents every Linux image that AWS publishes; a notice says so.
   */
  resolveParent(reference: string): ImageRecord {
    const managed = MANAGED.exec(reference)?.[1];
    if (managed?.startsWith('windows-')) throw new NotSupportedLocally(`The parent image ${reference}`);
    if (managed !== undefined) return this.standIn(reference);
    if (!reference.startsWith('ssm:')) return this.get(reference);
    const name = reference.slice('ssm:'.length).replace(/^arn:[^/]*:parameter(?=\/)/, '');
    if (PUBLISHED.test(name)) return this.standIn(name);
    const id = this.options.parameters.value(name);
    if (id === undefined) throw new AwsError('ParameterNotFound', `The parameter ${name} does not exist.`);
    return this.get(id);
  }

  /** Returns the available images of all accounts and regions. */
  private available(): ImageRecord[] {
    return this.images.values().filter(({ state }) => state === 'available');
  }

  /** As this account sees it in this region. G5: the tags are its owner's alone. */
  private seen(image: ImageRecord): ImageRecord | undefined {
    const { account, region } = this.options.scope;
    if (image.region !== region) return undefined;
    if (image.account === account) return image;
    return image.sharedWith.includes(account) ? { ...image, owner: 'other', tags: {}, sharedWith: [] } : undefined;
  }

  /** Returns an image that only its owner may change. */
  private own(id: string): ImageRecord {
    const image = this.get(id);
    if (image.owner !== 'self') throw new AwsError('AuthFailure', `Not authorized for image:${id}`);
    return image;
  }

  private standIn(name: string): ImageRecord {
    if (!this.stated.has(name)) {
      this.stated.add(name);
      const { bus, rootName, architecture } = this.options;
      const message = `${name}: this machine's root represents that image (${rootName}, ${architecture}).`;
      bus.emit({ type: 'notice', level: 'info', message });
    }
    return this.thisMachine();
  }

  private thisMachine(): ImageRecord {
    const { rootName, architecture, scope } = this.options;
    return {
      id: THIS_MACHINE,
      account: scope.account,
      region: scope.region,
      sharedWith: [],
      name: 'this-machine',
      description: `The root of the machine that the local runtime runs on (${rootName})`,
      layers: [],
      architecture,
      rootDeviceName: '/dev/xvda',
      tags: {},
      createdAt: '1970-01-01T00:00:00.000Z',
      owner: 'amazon',
      state: 'available',
    };
  }

  /** G6: best effort. */
  private announce(imageId: string, state: string): void {
    const { events, scope } = this.options;
    events.publish({
      source: 'aws.ec2',
      detailType: 'EC2 AMI State Change',
      resources: [`arn:${scope.partition}:ec2:${scope.region}::image/${imageId}`],
      detail: { RequestId: this.options.ids.uuid(), ImageId: imageId, State: state, ErrorMessage: '' },
    });
  }
}
