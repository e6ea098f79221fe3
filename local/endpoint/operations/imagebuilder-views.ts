import type * as sdk from '@aws-sdk/client-imagebuilder';
import type { Scope } from '../../kernel/arn';
import { withoutBuild } from '../../runtime/imagebuilder/arns';
import type { ImageBuilder } from '../../runtime/imagebuilder/image-builder';
import type { ComponentRecord, ImageRecord, RecipeRecord } from '../../runtime/imagebuilder/records';

// Converts records into the form of Image Builder's API.

export function componentView(record: ComponentRecord, owner: string): sdk.Component {
  const { parameters, supportedOsVersions, tags, ...rest } = record;
  return {
    ...rest,
    owner,
    encrypted: true,
    state: undefined,
    supportedOsVersions: supportedOsVersions && [...supportedOsVersions],
    parameters: parameters.map(({ defaultValue, ...parameter }) => ({
      ...parameter,
      ...(defaultValue ? { defaultValue: [...defaultValue] } : {}),
    })),
    tags: { ...tags },
  };
}

export function componentVersionView(record: ComponentRecord, owner: string): sdk.ComponentVersion {
  const { arn, name, version, description, platform, type, dateCreated, supportedOsVersions } = record;
  return {
    arn: withoutBuild(arn),
    name,
    version,
    description,
    platform,
    type,
    owner,
    dateCreated,
    supportedOsVersions: supportedOsVersions && [...supportedOsVersions],
  };
}

export function componentSummary(record: ComponentRecord, owner: string): sdk.ComponentSummary {
  const { arn, name, version, platform, type, description, changeDescription, dateCreated, tags } = record;
  return { arn, name, version, platform, type, owner, description, changeDescription, dateCreated, tags: { ...tags } };
}

export function recipeView(record: RecipeRecord, owner: string): sdk.ImageRecipe {
  return { ...structuredClone(record), type: 'AMI', owner } as sdk.ImageRecipe;
}

export function recipeSummary(record: RecipeRecord, owner: string): sdk.ImageRecipeSummary {
  const { arn, name, platform, parentImage, dateCreated, tags } = record;
  return { arn, name, platform, owner, parentImage, dateCreated, tags: { ...tags } };
}

/** One line of ListImages: a version, however often it was built. */
export function imageVersionView(record: ImageRecord, owner: string): sdk.ImageVersion {
  const { arn, name, version, dateCreated } = record;
  return { arn: withoutBuild(arn), name, version, type: 'AMI', platform: 'Linux', owner, dateCreated, ...MADE };
}

export function imageSummary(record: ImageRecord, scope: Scope): sdk.ImageSummary {
  const { arn, name, version, dateCreated, tags, logGroup } = record;
  return {
    arn,
    name,
    version,
    type: 'AMI',
    platform: 'Linux',
    owner: scope.account,
    dateCreated,
    ...MADE,
    state: stateView(record),
    outputResources: outputView(record, scope),
    tags: { ...tags },
    loggingConfiguration: { logGroupName: logGroup },
  };
}

/** Includes its recipe and configurations completely, except an infrastructure configuration that was deleted. */
export function imageView(record: ImageRecord, imageBuilder: ImageBuilder): sdk.Image {
  const { scope } = imageBuilder.options;
  const has = <T>(all: readonly (T & { arn: string })[], arn: string | undefined) => all.find((one) => one.arn === arn);
  const recipe = has(imageBuilder.recipes.list(), record.recipeArn);
  const infrastructure = has(imageBuilder.infrastructure.list(), record.infrastructureArn);
  const distribution = has(imageBuilder.distributions.list(), record.distributionArn);
  return {
    ...imageSummary(record, scope),
    imageRecipe: recipe && recipeView(recipe, scope.account),
    infrastructureConfiguration: structuredClone(infrastructure) as sdk.InfrastructureConfiguration | undefined,
    distributionConfiguration: distribution && { ...structuredClone(distribution as object), timeoutMinutes: 720 },
    imageTestsConfiguration: {
      imageTestsEnabled: record.imageTestsEnabled,
      ...(record.timeoutMinutes ? { timeoutMinutes: record.timeoutMinutes } : {}),
    },
    enhancedImageMetadataEnabled: record.enhancedImageMetadataEnabled,
  };
}

const MADE = { buildType: 'USER_INITIATED', imageSource: 'CUSTOM' } as const;

function stateView({ state }: ImageRecord): sdk.ImageState {
  return { status: state.status, ...('reason' in state ? { reason: state.reason } : {}) };
}

function outputView({ state }: ImageRecord, { region, account }: Scope): sdk.OutputResources {
  if (state.status !== 'AVAILABLE') return {};
  const made = [{ region, ...state }, ...(state.copies ?? [])];
  const amis = made.map((ami): sdk.Ami => {
    const { region: where, imageId: image, amiName: name } = ami;
    return { region: where, image, name, accountId: account, state: { status: 'AVAILABLE' } };
  });
  return { amis };
}
