import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { Collection, Store } from '../../kernel/store';
import { checkName, checkRecipeVersion, highestMatch, resourceArn } from './arns';
import type { Components } from './components';
import type { ParentImage } from './ports';
import type { ComponentRecord, RecipeComponent, RecipeRecord } from './records';
import { alreadyExists, notFound, notValid } from './refusals';

export interface CreateRecipe
  extends Partial<Omit<RecipeRecord, 'arn' | 'name' | 'version' | 'platform' | 'parentImage' | 'dateCreated'>> {
  readonly name: string;
  readonly semanticVersion: string;
  readonly parentImage: string;
}

export interface RecipesOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly components: Components;
  /** An AMI id, `ssm:…` or the ARN of an image that was baked here. Throws if it does not exist. */
  resolveParent(reference: string): ParentImage;
}

/** A recipe runs 1 to 20 components (D34). */
const MOST_COMPONENTS = 20;

/** Image recipes: a parent image and components, never changed once made (D22, D34). */
export class Recipes {
  private readonly recipes: Collection<RecipeRecord>;

  constructor(private readonly options: RecipesOptions) {
    this.recipes = options.store.collection('imagebuilder.recipes');
  }

  /** Throws `ResourceAlreadyExistsException`, and refuses components, parameters and parents that do not exist. */
  create({ semanticVersion: version, ...request }: CreateRecipe): RecipeRecord {
    checkName(request.name);
    checkRecipeVersion(version);
    const arn = resourceArn(this.options.scope, 'image-recipe', request.name, version);
    if (this.recipes.get(arn)) throw alreadyExists('ImageRecipe', arn);
    const components = request.components ?? [];
    if (components.length < 1 || components.length > MOST_COMPONENTS) {
      throw notValid('components', `A recipe has 1 to ${MOST_COMPONENTS} components.`);
    }
    for (const [index, component] of components.entries()) {
      checkParameters(component, this.options.components.get(component.componentArn), index);
    }
    this.options.resolveParent(request.parentImage);
    const recipe: RecipeRecord = {
      ...request,
      arn,
      version,
      platform: 'Linux',
      components,
      dateCreated: this.options.clock.now().toISOString(),
      tags: request.tags ?? {},
    };
    this.recipes.put(arn, recipe);
    return recipe;
  }

  /** By ARN, which may have `x` in its version (D23). */
  get(reference: string): RecipeRecord {
    const arns = this.recipes.entries().map(([arn]) => arn);
    const recipe = this.recipes.get(highestMatch(reference, arns) ?? '');
    if (!recipe) throw notFound('ImageRecipe', reference);
    return recipe;
  }

  list(): RecipeRecord[] {
    return this.recipes.values();
  }

  put(recipe: RecipeRecord): void {
    this.recipes.put(recipe.arn, recipe);
  }

  delete(arn: string): void {
    if (!this.recipes.get(arn)) throw notFound('ImageRecipe', arn);
    this.recipes.delete(arn);
  }
}

function checkParameters(given: RecipeComponent, component: ComponentRecord, index: number): void {
  const refuse = (why: string) =>
    new AwsError(
      'InvalidParameterCombinationException',
      `The value supplied for parameter 'components[${index}].parameters' is not valid. ${why}`,
    );
  const names = (given.parameters ?? []).map((parameter) => parameter.name);
  const unknown = names.filter((name) => !component.parameters.some((parameter) => parameter.name === name));
  if (unknown.length > 0) {
    throw refuse(`The following parameters are not defined in the provided component: ${unknown.join(', ')}`);
  }
  const missing = component.parameters.filter(({ name, defaultValue }) => !defaultValue && !names.includes(name));
  if (missing.length > 0) {
    throw refuse(
      `The following parameters have no default and need a value: ${missing.map(({ name }) => name).join(', ')}`,
    );
  }
}
