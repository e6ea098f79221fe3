import { join } from 'node:path';
import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import type { Ids } from '../../kernel/ids';
import type { EventPublisher, Logs, Objects, Roles } from '../../kernel/ports';
import type { Store } from '../../kernel/store';
import { withoutBuild } from './arns';
import { Components } from './components';
import { DistributionConfigurations, InfrastructureConfigurations } from './configurations';
import { BakedImages } from './images';
import type { BakeMachines, Images, InstanceProfiles, Layers } from './ports';
import { Recipes } from './recipes';
import type { Tags } from './records';
import { dependedOn, notFound } from './refusals';

export interface ImageBuilderOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  readonly objects: Objects;
  readonly logs: Logs;
  readonly roles: Roles;
  readonly profiles: InstanceProfiles;
  readonly events: EventPublisher;
  readonly machines: BakeMachines;
  readonly layers: Layers;
  readonly images: Images;
  /** For the files of machines that bake. On the file system of `layersDirectory`. */
  readonly workDirectory: string;
  readonly layersDirectory: string;
  /** Command that starts `TOE_PROGRAM` inside a machine. */
  readonly program?: readonly string[];
}

const TOE = join(__dirname, 'toe');

/** Entry file of the guest program that runs component documents. */
export const TOE_PROGRAM = join(TOE, 'toe.ts');

/** The programs that the sandbox bundles, by their names inside. */
export const TOE_PROGRAMS: Readonly<Record<string, string>> = {
  toe: TOE_PROGRAM,
  'toe-s3': join(TOE, 'sdk/s3.ts'),
  'toe-ssm': join(TOE, 'sdk/ssm.ts'),
  'toe-imagebuilder': join(TOE, 'sdk/imagebuilder.ts'),
};

const BUNDLED_TOE = ['/run/guest/node', '/run/guest/toe.js'];

/** EC2 Image Builder: components, recipes and configurations, and the images that are baked of them. */
export class ImageBuilder {
  readonly components: Components;
  readonly recipes: Recipes;
  readonly infrastructure: InfrastructureConfigurations;
  readonly distributions: DistributionConfigurations;
  readonly images: BakedImages;

  constructor(readonly options: ImageBuilderOptions) {
    this.components = new Components(options);
    const resolveParent = (reference: string) => this.images.resolveParent(reference);
    this.recipes = new Recipes({ ...options, components: this.components, resolveParent });
    this.infrastructure = new InfrastructureConfigurations(options);
    this.distributions = new DistributionConfigurations(options);
    this.images = new BakedImages({
      ...options,
      amis: options.images,
      components: this.components,
      recipes: this.recipes,
      infrastructure: this.infrastructure,
      distributions: this.distributions,
      program: options.program ?? BUNDLED_TOE,
    });
  }

  recover(): Promise<void> {
    return this.images.recover();
  }

  stop(): Promise<void> {
    return this.images.stop();
  }

  /** Deletes a resource that no other one uses; else `ResourceDependencyException` (D39). */
  delete(arn: string): void {
    const dependants = [
      ...this.recipes.list().flatMap((recipe) => recipe.components.map(({ componentArn }) => componentArn)),
      ...this.images.list().flatMap((image) => [image.recipeArn, image.infrastructureArn, image.distributionArn]),
    ];
    const depends = (used: string | undefined) => used === arn || (used && this.components.find(used)?.arn === arn);
    if (dependants.some(depends)) throw dependedOn(arn);
    this.shelfOf(arn).delete(arn);
  }

  tagsOf(arn: string): Tags {
    return this.shelfOf(arn).get(arn).tags;
  }

  /** Sets tags; a value of undefined removes the tag. */
  tag(arn: string, changes: Readonly<Record<string, string | undefined>>): void {
    const merged = Object.entries({ ...this.tagsOf(arn), ...changes });
    const tags = Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== undefined));
    const shelf = this.shelfOf(arn);
    shelf.put({ ...shelf.get(arn), tags });
  }

  /** Makes the tags exactly `tags`. */
  retag(arn: string, tags: Tags): void {
    const removed = Object.keys(this.tagsOf(arn)).filter((key) => !(key in tags));
    this.tag(arn, { ...Object.fromEntries(removed.map((key) => [key, undefined])), ...tags });
  }

  private shelfOf(arn: string): Shelf {
    const kind = /:imagebuilder:[^:]*:[^:]*:([a-z-]+)\//.exec(withoutBuild(arn))?.[1];
    switch (kind) {
      case 'component':
        return this.components;
      case 'image-recipe':
        return this.recipes;
      case 'image':
        return this.images;
      case 'infrastructure-configuration':
        return this.infrastructure;
      case 'distribution-configuration':
        return this.distributions;
      default:
        throw notFound('Resource', arn);
    }
  }
}

/** Operations that every kind of resource has. Method syntax: each takes its own kind of record. */
interface Shelf {
  get(arn: string): { readonly arn: string; readonly tags: Tags };
  put(record: { readonly arn: string; readonly tags: Tags }): void;
  delete(arn: string): void;
}
