import type * as sdk from '@aws-sdk/client-imagebuilder';
import { AwsError } from '../../kernel/failure';
import { latestReferences, withoutBuild } from '../../runtime/imagebuilder/arns';
import type { ImageBuilder } from '../../runtime/imagebuilder/image-builder';
import { type CreateImage, refuseUnsupported } from '../../runtime/imagebuilder/image-request';
import type { DistributionRecord, InfrastructureRecord, RecipeRecord } from '../../runtime/imagebuilder/records';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { wouldHaveSucceeded } from './dry-run';
import * as view from './imagebuilder-views';

/** EC2 Image Builder: images, components, recipes and configurations. */
export function imageBuilderOperations(imageBuilder: ImageBuilder): Handlers<typeof sdk> {
  return {
    ...imageOperations(imageBuilder),
    ...componentOperations(imageBuilder),
    ...recipeOperations(imageBuilder),
    ...configurationOperations(imageBuilder),
    ...tagOperations(imageBuilder),
  };
}

type Operations = Handlers<typeof sdk>;

function imageOperations(imageBuilder: ImageBuilder): Operations {
  const { images, options } = imageBuilder;
  const { scope } = options;
  return {
    CreateImage: (request) => {
      refuseUnsupported(request);
      const { arn } = images.create({ ...request, imageRecipeArn: required(request, 'imageRecipeArn') } as CreateImage);
      return { clientToken: request.clientToken, imageBuildVersionArn: arn, latestVersionReferences: latest(arn) };
    },
    GetImage: (request) => {
      const image = images.get(required(request, 'imageBuildVersionArn'));
      return { image: view.imageView(image, imageBuilder), latestVersionReferences: latest(image.arn) };
    },
    ListImages: (request) => {
      const own = request.owner === undefined || request.owner === 'Self' ? images.list() : [];
      const versions = own.filter((image) => matches(request.filters, { name: image.name, version: image.version }));
      const once = new Map(versions.map((image) => [withoutBuild(image.arn), image]));
      const { items, next } = page([...once.values()], request);
      return { imageVersionList: items.map((image) => view.imageVersionView(image, scope.account)), nextToken: next };
    },
    ListImageBuildVersions: (request) => {
      const of = request.imageVersionArn;
      const builds = images.list().filter((image) => of === undefined || withoutBuild(image.arn) === of);
      const { items, next } = page(builds, request);
      return { imageSummaryList: items.map((image) => view.imageSummary(image, scope)), nextToken: next };
    },
    CancelImageCreation: async (request) => {
      const arn = required(request, 'imageBuildVersionArn');
      await images.cancel(arn);
      return { imageBuildVersionArn: arn, clientToken: request.clientToken };
    },
    DeleteImage: (request) => {
      const arn = required(request, 'imageBuildVersionArn');
      images.delete(arn);
      return { imageBuildVersionArn: arn };
    },
  };
}

function componentOperations(imageBuilder: ImageBuilder): Operations {
  const { components, options } = imageBuilder;
  const { account } = options.scope;
  return {
    CreateComponent: (request) => {
      const { clientToken, dryRun, ...rest } = request;
      const wanted = {
        ...rest,
        name: required(request, 'name'),
        semanticVersion: required(request, 'semanticVersion'),
        platform: required(request, 'platform'),
      };
      if (dryRun) {
        components.checked(wanted);
        throw wouldHaveSucceeded('DryRunOperationException');
      }
      const { arn } = components.create(wanted);
      return { clientToken, componentBuildVersionArn: arn, latestVersionReferences: latest(arn) };
    },
    GetComponent: (request) => {
      const component = components.get(required(request, 'componentBuildVersionArn'));
      return { component: view.componentView(component, account), latestVersionReferences: latest(component.arn) };
    },
    ListComponents: (request) => {
      const own = request.owner === undefined || request.owner === 'Self' ? components.list() : [];
      const versions = own.filter(({ arn }) => components.find(withoutBuild(arn))?.arn === arn);
      const wanted = versions.filter(({ name, version, platform, type }) =>
        matches(request.filters, { name, version, platform, type }),
      );
      const { items, next } = page(wanted, request);
      return { componentVersionList: items.map((one) => view.componentVersionView(one, account)), nextToken: next };
    },
    ListComponentBuildVersions: (request) => {
      const builds = components.list().filter((one) => withoutBuild(one.arn) === request.componentVersionArn);
      const { items, next } = page(builds, request);
      return { componentSummaryList: items.map((one) => view.componentSummary(one, account)), nextToken: next };
    },
    DeleteComponent: (request) => {
      const arn = required(request, 'componentBuildVersionArn');
      imageBuilder.delete(arn);
      return { componentBuildVersionArn: arn };
    },
  };
}

function recipeOperations(imageBuilder: ImageBuilder): Operations {
  const { recipes, options } = imageBuilder;
  const { account } = options.scope;
  return {
    CreateImageRecipe: ({ clientToken, ...request }) => {
      const { arn } = recipes.create({
        ...request,
        name: required(request, 'name'),
        semanticVersion: required(request, 'semanticVersion'),
        parentImage: required(request, 'parentImage'),
        components: request.components as RecipeRecord['components'] | undefined,
      });
      return { clientToken, imageRecipeArn: arn, latestVersionReferences: latest(arn) };
    },
    GetImageRecipe: (request) => {
      const recipe = recipes.get(required(request, 'imageRecipeArn'));
      return { imageRecipe: view.recipeView(recipe, account), latestVersionReferences: latest(recipe.arn) };
    },
    ListImageRecipes: (request) => {
      const own = request.owner === undefined || request.owner === 'Self' ? recipes.list() : [];
      const wanted = own.filter(({ name, parentImage, platform }) =>
        matches(request.filters, { name, parentImage, platform }),
      );
      const { items, next } = page(wanted, request);
      return { imageRecipeSummaryList: items.map((one) => view.recipeSummary(one, account)), nextToken: next };
    },
    DeleteImageRecipe: (request) => {
      const arn = required(request, 'imageRecipeArn');
      imageBuilder.delete(arn);
      return { imageRecipeArn: arn };
    },
  };
}

function configurationOperations(imageBuilder: ImageBuilder): Operations {
  const { infrastructure, distributions } = imageBuilder;
  return {
    GetInfrastructureConfiguration: (request) => {
      const record = infrastructure.get(required(request, 'infrastructureConfigurationArn'));
      return { infrastructureConfiguration: structuredClone(record) as Mutable<InfrastructureRecord> };
    },
    ListInfrastructureConfigurations: (request) => {
      const { items, next } = page(infrastructure.list(), request);
      const list = structuredClone(items) as Mutable<InfrastructureRecord>[];
      return { infrastructureConfigurationSummaryList: list, nextToken: next };
    },
    DeleteInfrastructureConfiguration: (request) => {
      const arn = required(request, 'infrastructureConfigurationArn');
      imageBuilder.delete(arn);
      return { infrastructureConfigurationArn: arn };
    },
    GetDistributionConfiguration: (request) => {
      const record = distributions.get(required(request, 'distributionConfigurationArn'));
      const distributionConfiguration = structuredClone(record) as Mutable<DistributionRecord>;
      return { distributionConfiguration: { ...distributionConfiguration, timeoutMinutes: DISTRIBUTION_MINUTES } };
    },
    ListDistributionConfigurations: (request) => {
      const { items, next } = page(distributions.list(), request);
      const list = items.map(({ distributions: all, tags, ...one }) => ({
        ...one,
        tags: { ...tags },
        regions: all.map(({ region }) => region),
      }));
      return { distributionConfigurationSummaryList: list, nextToken: next };
    },
    DeleteDistributionConfiguration: (request) => {
      const arn = required(request, 'distributionConfigurationArn');
      imageBuilder.delete(arn);
      return { distributionConfigurationArn: arn };
    },
  };
}

function tagOperations(imageBuilder: ImageBuilder): Operations {
  return {
    ListTagsForResource: (request) => ({ tags: { ...imageBuilder.tagsOf(required(request, 'resourceArn')) } }),
    TagResource: (request) => {
      imageBuilder.tag(required(request, 'resourceArn'), request.tags ?? {});
      return {};
    },
    UntagResource: (request) => {
      const removed = (request.tagKeys ?? []).map((key) => [key, undefined]);
      imageBuilder.tag(required(request, 'resourceArn'), Object.fromEntries(removed));
      return {};
    },
  };
}

/** D16: DistributeImage and ApplyImageConfigurations, 360 minutes each. */
const DISTRIBUTION_MINUTES = 720;

/** The SDK's shapes have no `readonly`. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] | undefined ? I[] : T[K] };

function required<T extends object, K extends keyof T>(request: T, name: K): NonNullable<T[K]> {
  const value = request[name];
  if (value === undefined || value === null || value === '') {
    throw new AwsError('InvalidRequestException', `The parameter '${String(name)}' is required.`);
  }
  return value;
}

function latest(arn: string): sdk.LatestVersionReferences {
  const { arn: latestVersionArn, major, minor, patch } = latestReferences(arn);
  return {
    latestVersionArn,
    latestMajorVersionArn: major,
    latestMinorVersionArn: minor,
    latestPatchVersionArn: patch,
  };
}

function page<T>(items: readonly T[], request: { nextToken?: string; maxResults?: number }) {
  return pageOf(items, { token: request.nextToken, size: request.maxResults }, 25);
}

/** True if each filter matches one of its values. An unknown filter is refused. */
function matches(filters: readonly sdk.Filter[] | undefined, known: Readonly<Record<string, string>>): boolean {
  return (filters ?? []).every(({ name = '', values = [] }) => {
    const value = known[name];
    if (value === undefined)
      throw new AwsError('InvalidParameterValueException', `The filter '${name}' is not supported.`);
    return values.includes(value);
  });
}
