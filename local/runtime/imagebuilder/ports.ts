/** Interfaces of other rooms that Image Builder needs, in the shapes of the sandbox, EC2 and IAM. */
import type { MachineSpec, Machine as ServingMachine } from '../../kernel/machines';

/** A machine for bakes: nothing connects to it. */
export type BakeMachine = Omit<ServingMachine, 'socket'>;

export interface BakeMachines {
  boot(spec: MachineSpec): Promise<BakeMachine>;
}

/** Directories of machines and images, which may hold files of other users than this process's. */
export interface Layers {
  /** Creates an immutable layer from the changes that an ended machine left in `writable`. */
  commit(writable: string, layer: string): Promise<unknown>;
  /** Removes a directory and all in it. Absent is fine. */
  remove(directory: string): Promise<void>;
}

/** EC2's images. */
export interface Images {
  /**
   * An AMI id, or `ssm:` and a public parameter's name. Throws if the image does not exist or is not available here.
   */
  resolveParent(reference: string): ParentImage;
  /** Returns the AMI's id. Durable when it returns. */
  registerImage(image: NewImage): string;
}

export interface ParentImage {
  readonly imageId: string;
  /** Nearest first; below them is this machine's own root. */
  readonly layers: readonly string[];
  readonly architecture: string;
}

export interface NewImage extends Omit<ParentImage, 'imageId'> {
  readonly name: string;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Region in which the image can be launched. */
  readonly region: string;
  /** Further accounts that may launch it. */
  readonly sharedWith: readonly string[];
}

export interface InstanceProfiles {
  /** Finds a profile by name or ARN. */
  find(nameOrArn: string): { readonly name: string; readonly arn: string; readonly id: string } | undefined;
}
