import { NotSupportedLocally } from '../../kernel/failure';
import type { ImageRecord, RecipeRecord, Tags } from './records';

export interface CreateImage {
  readonly imageRecipeArn: string;
  readonly infrastructureConfigurationArn: string;
  readonly distributionConfigurationArn?: string;
  readonly imageTestsConfiguration?: { readonly imageTestsEnabled?: boolean; readonly timeoutMinutes?: number };
  readonly enhancedImageMetadataEnabled?: boolean;
  readonly loggingConfiguration?: { readonly logGroupName?: string };
  readonly tags?: Tags;
  readonly clientToken?: string;
}

/** The record that a bake begins with, AWS's defaults filled in. */
export function newImage(
  request: CreateImage,
  made: Pick<ImageRecord, 'arn' | 'build' | 'infrastructureArn' | 'workflowExecutionId'> & {
    readonly recipe: RecipeRecord;
    readonly now: Date;
  },
): ImageRecord {
  const { recipe, now, ...ids } = made;
  const { clientToken, imageTestsConfiguration: tests = {}, distributionConfigurationArn: distributionArn } = request;
  return {
    ...ids,
    name: recipe.name,
    version: recipe.version,
    state: { status: 'PENDING' },
    recipeArn: recipe.arn,
    ...(distributionArn ? { distributionArn } : {}),
    imageTestsEnabled: tests.imageTestsEnabled ?? true,
    ...(tests.timeoutMinutes ? { timeoutMinutes: tests.timeoutMinutes } : {}),
    enhancedImageMetadataEnabled: request.enhancedImageMetadataEnabled ?? true,
    logGroup: request.loggingConfiguration?.logGroupName ?? `/aws/imagebuilder/${recipe.name}`,
    ...(clientToken ? { clientToken } : {}),
    dateCreated: now.toISOString(),
    tags: request.tags ?? {},
  };
}

/** Refuses the parts of CreateImage that this machine does not support. */
export function refuseUnsupported(request: {
  readonly containerRecipeArn?: string;
  readonly workflows?: readonly object[];
  readonly imageScanningConfiguration?: { readonly imageScanningEnabled?: boolean };
}): void {
  if (request.containerRecipeArn) throw new NotSupportedLocally('A container image');
  if (request.workflows?.length) throw new NotSupportedLocally('A custom workflow', 'the default workflows are run');
  if (request.imageScanningConfiguration?.imageScanningEnabled) throw new NotSupportedLocally('Image scanning');
}
