import { GetImageCommand, type ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { REGION } from './another-place';
import type { Form, Parameters } from './parameters';

const IMAGE_ARN: Form = {
  pattern: /^arn:aws[a-z-]*:imagebuilder:[a-z0-9-]+:\d{12}:image\/[a-z0-9-]+\/\d+\.\d+\.\d+\/\d+$/,
  form: 'the ARN of a build of an image',
};

/** Returns the AMI in the `region` of the action, if its parameters name a build of an image as `imageArn`. */
export async function copiedImageId(
  imageBuilder: ImagebuilderClient,
  parameters: Parameters,
): Promise<string | undefined> {
  const imageArn = parameters.optionalText('imageArn', IMAGE_ARN);
  if (imageArn === undefined) return undefined;
  return await copiedImage(imageBuilder, { imageArn, region: parameters.text('region', REGION) });
}

/**
 * Returns the AMI of a region that a build of an image has made there. The build is given, never searched: another
 * execution may have baked meanwhile (A16). Image Builder is asked in the region of the build.
 */
async function copiedImage(
  imageBuilder: ImagebuilderClient,
  { imageArn, region }: { imageArn: string; region: string },
): Promise<string> {
  const { image } = await imageBuilder.send(new GetImageCommand({ imageBuildVersionArn: imageArn }));
  const copy = image?.outputResources?.amis?.find((ami) => ami.region === region);
  if (copy?.image) return copy.image;
  throw new Error(`${imageArn} has no AMI in ${region}: it was baked before the region was among the settings`);
}
