import { join } from 'node:path';
import { AwsError, messageOf } from '../../kernel/failure';
import type { EventPublisher } from '../../kernel/ports';
import type { Collection, Store } from '../../kernel/store';
import { amiOf } from './ami';
import { highestMatch, resourceArn } from './arns';
import { type BakeOptions, type BakePlan, buildStage, testStage } from './bake';
import type { Components } from './components';
import type { DistributionConfigurations, InfrastructureConfigurations } from './configurations';
import { type CreateImage, newImage } from './image-request';
import type { Images as Amis, ParentImage } from './ports';
import type { Recipes } from './recipes';
import { type ImageRecord, type ImageState, isOver } from './records';
import { notFound } from './refusals';
import { ComponentFailed } from './run-component';

export interface ImagesOptions extends BakeOptions {
  readonly store: Store;
  readonly amis: Amis;
  readonly events: EventPublisher;
  readonly components: Components;
  readonly recipes: Recipes;
  readonly infrastructure: InfrastructureConfigurations;
  readonly distributions: DistributionConfigurations;
  /** For the files of machines that bake. On the file system of `layersDirectory`. */
  readonly workDirectory: string;
  readonly layersDirectory: string;
}

interface Running {
  readonly controller: AbortController;
  readonly done: Promise<ImageRecord>;
}

/** Why a bake was ended from outside, and the state that it ends in. */
class Ended extends Error {
  constructor(
    readonly status: 'CANCELLED' | 'FAILED',
    reason: string,
  ) {
    super(reason);
  }
}

/** Images: each is one bake of a recipe. */
export class BakedImages {
  private readonly images: Collection<ImageRecord>;
  /** The last build number of each version; never reused, even if the image is deleted (D22). */
  private readonly builds: Collection<number>;
  private readonly running = new Map<string, Running>();

  constructor(private readonly options: ImagesOptions) {
    this.images = options.store.collection('imagebuilder.images');
    this.builds = options.store.collection('imagebuilder.builds');
  }

  /** Begins a bake and returns at once, PENDING. A repeated `clientToken` gives the bake that it began. */
  create(request: CreateImage): ImageRecord {
    const { scope, clock, ids, recipes, infrastructure, distributions } = this.options;
    const { clientToken, distributionConfigurationArn: distributionArn } = request;
    const repeated = clientToken && this.list().find((image) => image.clientToken === clientToken);
    if (repeated) return repeated;
    const recipe = recipes.get(request.imageRecipeArn);
    if (distributionArn) distributions.get(distributionArn);
    const versionArn = resourceArn(scope, 'image', recipe.name, recipe.version);
    const build = (this.builds.get(versionArn) ?? 0) + 1;
    const image = newImage(request, {
      arn: `${versionArn}/${build}`,
      build,
      recipe,
      infrastructureArn: infrastructure.get(request.infrastructureConfigurationArn).arn,
      workflowExecutionId: `wf-${ids.uuid()}`,
      now: clock.now(),
    });
    this.options.store.transaction(() => {
      this.builds.put(versionArn, build);
      this.images.put(image.arn, image);
    });
    this.announce(image);
    const controller = new AbortController();
    this.running.set(image.arn, { controller, done: this.bake(image, controller.signal) });
    return image;
  }

  /** By a build version's ARN, or a version's, which may have `x`. */
  get(reference: string): ImageRecord {
    const image = this.find(reference);
    if (!image) throw notFound('Image', reference);
    return image;
  }

  find(reference: string): ImageRecord | undefined {
    return this.images.get(
      highestMatch(
        reference,
        this.images.entries().map(([arn]) => arn),
      ) ?? '',
    );
  }

  list(): ImageRecord[] {
    return this.images.values();
  }

  put(image: ImageRecord): void {
    this.images.put(image.arn, image);
  }

  /** Resolves when the bake is over, well or badly. */
  async finished(arn: string): Promise<ImageRecord> {
    await this.running.get(arn)?.done;
    return this.get(arn);
  }

  /** Resolves when nothing of the bake runs any more. A finished one cannot be cancelled. */
  async cancel(arn: string): Promise<void> {
    const image = this.get(arn);
    const running = this.running.get(arn);
    if (!running || isOver(image.state)) {
      throw new AwsError(
        'InvalidRequestException',
        `The image '${arn}' cannot be cancelled: it is ${image.state.status}.`,
      );
    }
    running.controller.abort(new Ended('CANCELLED', 'Image creation is cancelled.'));
    await running.done;
  }

  /** Forgets the image. Its AMI stays (D32). */
  delete(arn: string): void {
    const image = this.get(arn);
    if (!isOver(image.state)) {
      throw new AwsError(
        'ResourceInUseException',
        `The image '${arn}' cannot be deleted while it is ${image.state.status}.`,
      );
    }
    this.images.delete(image.arn);
  }

  /** An AMI, or the highest available version of an image made here (D23, D34). */
  resolveParent(reference: string): ParentImage {
    const available = this.list().filter((image) => image.state.status === 'AVAILABLE');
    const arn = highestMatch(
      reference,
      available.map((image) => image.arn),
    );
    const state = available.find((image) => image.arn === arn)?.state;
    return this.options.amis.resolveParent(state?.status === 'AVAILABLE' ? state.imageId : reference);
  }

  /** Fails bakes that a killed runtime left in progress, and removes their files. */
  async recover(): Promise<void> {
    for (const image of this.list()) {
      if (isOver(image.state)) continue;
      const reason = `the local runtime was interrupted while the image was ${image.state.status}`;
      await this.removeFiles(image);
      this.end(image, new Error(reason));
      const what = `the bake of ${image.name} ${image.version}`;
      this.options.bus.emit({ type: 'interruption-found', what, consequence: 'the image has failed' });
    }
  }

  /** Ends every bake. */
  async stop(): Promise<void> {
    const running = [...this.running.values()];
    for (const { controller } of running) controller.abort(new Ended('FAILED', 'the local runtime was stopped'));
    await Promise.all(running.map(({ done }) => done));
  }

  /** Never rejects: the image has the result of the bake. */
  private async bake(image: ImageRecord, signal: AbortSignal): Promise<ImageRecord> {
    try {
      this.move(image, { status: 'CREATING' });
      const plan = this.plan(image, signal);
      this.move(image, { status: 'BUILDING' });
      await buildStage(plan, this.options);
      if (image.imageTestsEnabled) {
        this.move(image, { status: 'TESTING' });
        await testStage(plan, this.options);
      }
      signal.throwIfAborted();
      await this.options.layers.remove(plan.work);
      return this.publish(plan);
    } catch (error) {
      await this.removeFiles(image);
      return this.end(image, signal.aborted ? signal.reason : error);
    } finally {
      this.running.delete(image.arn);
    }
  }

  private plan(image: ImageRecord, signal: AbortSignal): BakePlan {
    const recipe = this.options.recipes.get(image.recipeArn);
    return {
      image,
      recipe,
      components: recipe.components.map(({ componentArn, parameters = [] }) => ({
        record: this.options.components.get(componentArn),
        parameters: Object.fromEntries(parameters.map(({ name, value }) => [name, value[0] ?? ''])),
      })),
      infrastructure: this.options.infrastructure.get(image.infrastructureArn),
      parent: this.resolveParent(recipe.parentImage),
      ...this.placesOf(image),
      signal,
    };
  }

  /** The AMI and the state that names it are written together: a kill between leaves neither. */
  private publish(plan: BakePlan): ImageRecord {
    const { image, parent } = plan;
    const { amis, clock, store, distributions, scope } = this.options;
    this.move(image, { status: 'DISTRIBUTING' });
    this.move(image, { status: 'INTEGRATING' });
    const distribution = image.distributionArn ? distributions.get(image.distributionArn) : undefined;
    const amiIn = (region: string) => amiOf(plan, { distribution, region, now: clock.now() });
    const ami = amiIn(scope.region);
    const elsewhere = (distribution?.distributions ?? []).filter(({ region }) => region !== scope.region);
    const available = store.transaction(() => {
      const imageId = amis.registerImage(ami);
      const copies = elsewhere.map(({ region }) => {
        const copy = amiIn(region);
        return { region, imageId: amis.registerImage(copy), amiName: copy.name };
      });
      const made = { imageId, amiName: ami.name, parentImageId: parent.imageId };
      const state: ImageState = { status: 'AVAILABLE', ...made, ...(copies.length && { copies }) };
      const record = { ...this.get(image.arn), state };
      this.images.put(image.arn, record);
      return record;
    });
    this.announce(available, 'INTEGRATING');
    return available;
  }

  private end(image: ImageRecord, error: unknown): ImageRecord {
    if (error instanceof Ended && error.status === 'CANCELLED') {
      return this.move(image, { status: 'CANCELLED', reason: error.message });
    }
    // D17.
    const reason = `Workflow Execution ID: '${image.workflowExecutionId}' failed with reason: ${messageOf(error)}`;
    const failure = error instanceof ComponentFailed ? { failure: error.failure } : {};
    return this.move(image, { status: 'FAILED', reason, ...failure });
  }

  private move(image: ImageRecord, state: ImageState): ImageRecord {
    const before = this.get(image.arn);
    const after = { ...before, state };
    this.images.put(image.arn, after);
    this.announce(after, before.state.status);
    return after;
  }

  /** D21. */
  private announce(image: ImageRecord, previous?: string): void {
    const { arn, name, version, state } = image;
    const reason = 'reason' in state ? { reason: state.reason } : {};
    this.options.bus.emit({
      type: 'image-state-changed',
      imageArn: arn,
      name,
      version,
      status: state.status,
      ...reason,
    });
    if (!previous) return;
    this.options.events.publish({
      source: 'aws.imagebuilder',
      detailType: 'EC2 Image Builder Image State Change',
      resources: [arn],
      detail: { 'previous-state': { status: previous }, state: { status: state.status, ...reason } },
    });
  }

  /**
   * Removes the files of an image. A file that cannot be removed is reported and does not stop the end of the image.
   */
  private async removeFiles(image: ImageRecord): Promise<void> {
    for (const directory of Object.values(this.placesOf(image))) {
      try {
        await this.options.layers.remove(directory);
      } catch (error) {
        const message = `${directory} could not be removed: ${messageOf(error)}`;
        this.options.bus.emit({ type: 'notice', level: 'warning', message });
      }
    }
  }

  private placesOf({ arn }: ImageRecord): { work: string; layer: string } {
    const name = arn.split(':image/')[1]?.replaceAll('/', '_') ?? '';
    return { work: join(this.options.workDirectory, name), layer: join(this.options.layersDirectory, name) };
  }
}
