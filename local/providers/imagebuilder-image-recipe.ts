import type { Provider } from '../engine/provider';
import { isAmazonManaged } from '../runtime/imagebuilder/arns';
import type { ImageBuilder } from '../runtime/imagebuilder/image-builder';
import type { CreateRecipe } from '../runtime/imagebuilder/recipes';
import type { RecipeRecord } from '../runtime/imagebuilder/records';
import { camelCased, LATEST_VERSION, latestVersion, orGone, orTaken, type TagMap } from './imagebuilder-shapes';

interface Properties {
  Name: string;
  Version: string;
  ParentImage: string;
  Components?: { ComponentArn: string; Parameters?: { Name: string; Value: string[] }[] }[];
  Description?: string;
  WorkingDirectory?: string;
  BlockDeviceMappings?: object[];
  AdditionalInstanceConfiguration?: { SystemsManagerAgent?: object; UserDataOverride?: string };
  AmiTags?: TagMap;
  Tags?: TagMap;
}

const TYPE = 'AWS::ImageBuilder::ImageRecipe';

/** An image recipe: only its tags can change (D34). */
export function imageBuilderImageRecipe(imageBuilder: ImageBuilder): Provider<Properties> {
  const provided = (recipe: RecipeRecord) => ({
    physicalId: recipe.arn,
    attributes: { Arn: recipe.arn, Name: recipe.name, ...latestVersion(recipe.arn) },
  });
  return {
    type: TYPE,
    fidelity: 'real',
    properties: {
      Name: 'real',
      Version: 'real',
      ParentImage: 'real',
      Components: 'real',
      Description: 'real',
      WorkingDirectory: 'real',
      BlockDeviceMappings: 'record',
      AdditionalInstanceConfiguration: 'record',
      AmiTags: 'real',
      Tags: 'record',
    },
    createOnly: [
      ...(['Name', 'Version', 'Components', 'ParentImage', 'Description', 'BlockDeviceMappings'] as const),
      ...(['WorkingDirectory', 'AdditionalInstanceConfiguration', 'AmiTags'] as const),
    ],
    attributes: ['Arn', 'Name', ...LATEST_VERSION],
    note: 'Every parent from SSM is represented by this machine’s root; an image that was baked here can be a parent too. Volumes are not created.',

    refuse({ Components = [], AdditionalInstanceConfiguration: additional }) {
      const refused = Components.flatMap((component, index) =>
        typeof component?.ComponentArn === 'string' && isAmazonManaged(component.ComponentArn)
          ? `Components[${index}].ComponentArn: the Amazon-managed component ${component.ComponentArn} is not available here`
          : [],
      );
      if (additional?.UserDataOverride) refused.push('AdditionalInstanceConfiguration.UserDataOverride: is not run');
      return refused;
    },

    async create(ctx, properties) {
      const recipe = orTaken(TYPE, () =>
        imageBuilder.recipes.create(request(properties, { ...ctx.stackTags, ...properties.Tags })),
      );
      ctx.created(recipe.arn);
      return provided(recipe);
    },

    async update(ctx, current, next) {
      imageBuilder.retag(current.physicalId, { ...ctx.stackTags, ...next.Tags });
      return provided(imageBuilder.recipes.get(current.physicalId));
    },

    async delete(_ctx, current) {
      orGone(() => imageBuilder.delete(current.physicalId));
    },
  };
}

function request({ Version: semanticVersion, Tags: _own, ...rest }: Properties, tags: TagMap): CreateRecipe {
  return { ...camelCased<Omit<CreateRecipe, 'semanticVersion' | 'tags'>>(rest, ['AmiTags']), semanticVersion, tags };
}
