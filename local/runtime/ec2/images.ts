import { AwsError } from '../../kernel/failure';
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
}

/** The id of the image that stands for this machine's own root, under all images that are made here. */
export const THIS_MACHINE = 'ami-00000000000000000';

/** Names under which AWS publishes its images and others' as parameters. */
const PUBLISHED = /^\/aws\/service\/(ami-amazon-linux-latest|canonical|debian|suse|bottlerocket|ecs|eks)\//;

/** AMIs: layers of files with a name. */
export class Images {
  private readonly images: Collection<ImageRecord>;
  private readonly stated = new Set<string>();

  constructor(private readonly options: Ec2Options) {
    this.images = options.store.collection('ec2.images');
  }

  /** Returns the new AMI's id. Durable when it returns. */
  registerImage(image: NewImage): string {
    const { clock, ids } = this.options;
    checkTags(image.tags);
    const taken = this.list().find(({ name }) => name === image.name);
    if (taken) {
      throw new AwsError('InvalidAMIName.Duplicate', `AMI name ${image.name} is already in use by AMI ${taken.id}`);
    }
    const record: ImageRecord = {
      ...image,
      id: ids.ec2('ami'),
      rootDeviceName: image.rootDeviceName ?? '/dev/xvda',
      createdAt: clock.now().toISOString(),
      owner: 'self',
      state: 'available',
    };
    this.images.put(record.id, record);
    this.announce(record.id, 'available');
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
    const image = id === THIS_MACHINE ? this.thisMachine() : this.images.get(id);
    return image?.state === 'available' ? image : undefined;
  }

  /** Those that can be launched, oldest first. */
  list(): ImageRecord[] {
    return [this.thisMachine(), ...this.images.values().filter(({ state }) => state === 'available')].sort((a, b) =>
      a.createdAt < b.createdAt ? -1 : 1,
    );
  }

  setTags(id: string, tags: Tags): void {
    const { owner } = this.get(id);
    if (owner !== 'self') throw new AwsError('AuthFailure', `Not authorized for image:${id}`);
    checkTags(tags);
    this.images.put(id, { ...this.get(id), tags });
  }

  /** Running instances go on; launches fail from now on (G5). */
  deregister(id: string): void {
    const image = this.get(id);
    if (image.owner !== 'self') throw new AwsError('AuthFailure', `Not authorized for image:${id}`);
    this.images.put(id, { ...image, state: 'deregistered' });
    this.announce(id, 'deregistered');
  }

  /** Layers that no image needs any more, and that `used` does not hold; their deregistered images are forgotten. */
  takeUnusedLayers(used: ReadonlySet<string>): string[] {
    const kept = new Set([...used, ...this.list().flatMap(({ layers }) => layers)]);
    const gone = this.images
      .values()
      .filter(({ state, layers }) => state === 'deregistered' && !layers.some((layer) => used.has(layer)));
    for (const { id } of gone) this.images.delete(id);
    return [...new Set(gone.flatMap(({ layers }) => layers))].filter((layer) => !kept.has(layer));
  }

  /**
   * The image that a recipe names as its parent: an AMI's id, or `ssm:` and a parameter's name. AWS's published images
   * are all this machine's own root here, which is said.
   */
  resolveParent(reference: string): ImageRecord {
    if (!reference.startsWith('ssm:')) return this.get(reference);
    const name = reference.slice('ssm:'.length).replace(/^arn:[^/]*:parameter(?=\/)/, '');
    if (PUBLISHED.test(name)) return this.standIn(name);
    const id = this.options.parameters.value(name);
    if (id === undefined) throw new AwsError('ParameterNotFound', `The parameter ${name} does not exist.`);
    return this.get(id);
  }

  private standIn(name: string): ImageRecord {
    if (!this.stated.has(name)) {
      this.stated.add(name);
      const { bus, rootName, architecture } = this.options;
      const message = `${name}: this machine's own root stands for that image (${rootName}, ${architecture}).`;
      bus.emit({ type: 'notice', level: 'info', message });
    }
    return this.thisMachine();
  }

  private thisMachine(): ImageRecord {
    const { rootName, architecture } = this.options;
    return {
      id: THIS_MACHINE,
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
