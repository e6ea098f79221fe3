import type { Current, Provided, Provider } from '../../../local/engine/provider';
import { imageBuilderComponent } from '../../../local/providers/imagebuilder-component';
import { imageBuilderDistributionConfiguration } from '../../../local/providers/imagebuilder-distribution-configuration';
import { imageBuilderImageRecipe } from '../../../local/providers/imagebuilder-image-recipe';
import { imageBuilderInfrastructureConfiguration } from '../../../local/providers/imagebuilder-infrastructure-configuration';
import type { ImageBuilder } from '../../../local/runtime/imagebuilder/image-builder';
import { DOCUMENT, PROFILE } from '../runtime/imagebuilder/bakery';
import { providerContext } from './provider-context';

/** Properties of one resource of each kind, as a template of version 1.0.0 has them. */
export const COMPONENT = {
  Name: 'app',
  Version: '1.0.0',
  Platform: 'Linux',
  Data: DOCUMENT,
  Tags: { Version: '1.0.0' },
};
export const RECIPE = { Name: 'app', Version: '1.0.0', ParentImage: 'ssm:/aws/service/al2023' };
export const INFRASTRUCTURE = { Name: 'app-1-0-0', InstanceProfileName: PROFILE, InstanceTypes: ['m7g.large'] };
export const DISTRIBUTION = {
  Name: 'app-1-0-0',
  Distributions: [
    {
      Region: 'eu-west-1',
      AmiDistributionConfiguration: { Name: 'app-{{ imagebuilder:buildDate }}', AmiTags: { CommitId: 'c0ffee' } },
    },
  ],
};

/** Everything that an image needs, made by its providers; the properties of the image. */
export async function prepareImage(imageBuilder: ImageBuilder) {
  const component = await imageBuilderComponent(imageBuilder).create(providerContext(), COMPONENT);
  const Components = [{ ComponentArn: component.physicalId }];
  const recipe = await imageBuilderImageRecipe(imageBuilder).create(providerContext(), { ...RECIPE, Components });
  const infrastructure = await imageBuilderInfrastructureConfiguration(imageBuilder).create(
    providerContext(),
    INFRASTRUCTURE,
  );
  const distribution = await imageBuilderDistributionConfiguration(imageBuilder).create(
    providerContext(),
    DISTRIBUTION,
  );
  return {
    ImageRecipeArn: recipe.physicalId,
    InfrastructureConfigurationArn: infrastructure.physicalId,
    DistributionConfigurationArn: distribution.physicalId,
  };
}

/** The resource as a stack knows it. */
export function current<P extends object>(_of: Provider<P>, provided: Provided, properties: P): Current<P> {
  return { ...provided, properties };
}
