import { AwsError } from '../../kernel/failure';
import { Images } from './images';
import { Instances } from './instances';
import { LaunchTemplates } from './launch-templates';
import type { Ec2Options } from './options';
import type { Tags } from './records';

/** EC2: images that are layers, launch templates, and instances that are machines in sandboxes. */
export class Ec2 {
  readonly images: Images;
  readonly launchTemplates: LaunchTemplates;
  readonly instances: Instances;

  constructor(readonly options: Ec2Options) {
    this.images = new Images(options);
    this.launchTemplates = new LaunchTemplates(options);
    this.instances = new Instances(options, { images: this.images, launchTemplates: this.launchTemplates });
  }

  /**
   * Throws EC2's error if nothing could be launched from this version of a launch template now, because its AMI is
   * missing.
   */
  requireLaunchable({ id, version }: { readonly id: string; readonly version: string }): void {
    const { ImageId } = this.launchTemplates.version({ id }, version).data;
    if (ImageId !== undefined) this.images.get(ImageId);
  }

  /** The tags of an image, an instance or a launch template. Throws for anything else. */
  tagsOf(id: string): Tags {
    return this.taggable(id).tags;
  }

  /** Changes tags; a key without a value is removed. */
  changeTags(id: string, changes: Readonly<Record<string, string | undefined>>): void {
    const { tags, set } = this.taggable(id);
    const changed = { ...tags, ...changes };
    set(Object.fromEntries(Object.entries(changed).filter((tag): tag is [string, string] => tag[1] !== undefined)));
  }

  /** Instances do not survive their machine: those that ran have ended. */
  recover(): Promise<void> {
    this.images.recover();
    return this.instances.recover();
  }

  /** Ends every instance without notifying their groups. */
  stop(): Promise<void> {
    return this.instances.stop();
  }

  private taggable(id: string): { tags: Tags; set(tags: Tags): void } {
    if (id.startsWith('ami-')) return { tags: this.images.get(id).tags, set: (tags) => this.images.setTags(id, tags) };
    if (id.startsWith('i-'))
      return { tags: this.instances.get(id).tags, set: (tags) => this.instances.setTags(id, tags) };
    if (id.startsWith('lt-')) {
      return { tags: this.launchTemplates.get({ id }).tags, set: (tags) => this.launchTemplates.setTags(id, tags) };
    }
    throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
  }
}
